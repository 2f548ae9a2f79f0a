import type { SourceName } from '../../shared/domain/incidents/incident.ts';

/**
 * `both`: every case on either source; the file in `on-graph` plays it once more. `shared`: on Graph those cases only that a source
 * can influence (`sharedCases`). `itself`: the file plays both. Else on one source, and in a word what it is about that the other
 * does not have, or has in the same way.
 */
export type Played = 'both' | 'shared' | 'itself' | { on: SourceName; because: string };

const onDefender = (because: string): Played => ({ on: 'defender', because });
const onGraph = (because: string): Played => ({ on: 'graph', because });

/** On which sources each file of scenarios is played, the hostile corpus and the kit of named dangers among them. */
export const PLAYED: Readonly<Record<string, Played>> = {
  'conformance/conformance': 'itself',
  'hostile/hostile-answers': 'both',
  'hostile/hostile-incidents': 'both',
  'scenarios/app/broken-export': onDefender('platform'),
  'scenarios/app/canary': 'shared',
  'scenarios/app/canary-consent': 'itself',
  'scenarios/app/credentials': 'itself',
  'scenarios/app/cross-site': onDefender('platform'),
  'scenarios/app/entra-refusals': 'both',
  'scenarios/app/host': 'itself',
  'scenarios/app/lost-everybody': 'both',
  'scenarios/app/missing-tables': onDefender('platform'),
  'scenarios/app/telemetry': 'itself',
  'scenarios/app/telemetry-export': onDefender('platform'),
  'scenarios/consent/both-roles': 'itself',
  'scenarios/consent/consent': 'both',
  'scenarios/consent/consent-faults': 'both',
  'scenarios/consent/consent-http': 'itself',
  'scenarios/consent/identify-tenant': onDefender('directory'),
  'scenarios/consent/life-cycle': 'both',
  'scenarios/consent/offboarding': 'itself',
  'scenarios/consent/spent-link': 'itself',
  'scenarios/detection/broken-parts': onDefender('checker'),
  'scenarios/detection/comparison': onDefender('checker'),
  'scenarios/detection/simulation-truth': onDefender('checker'),
  'scenarios/failing/bad-input': 'shared',
  'scenarios/failing/failing-window': 'shared',
  'scenarios/failing/faults': 'both',
  'scenarios/failing/nameless': 'both',
  'scenarios/failing/storage': 'both',
  'scenarios/failing/workers': 'both',
  'scenarios/reading/cost-figures': 'both',
  'scenarios/reading/first-read': 'both',
  'scenarios/reading/instants': 'both',
  'scenarios/reading/learnt-sizes': 'both',
  'scenarios/reading/long-first-read': 'shared',
  'scenarios/reading/next-links': 'both',
  'scenarios/reading/page-sizes': 'both',
  'scenarios/reading/reconcile': 'both',
  'scenarios/reading/steady-state': 'both',
  'scenarios/reading/time': 'both',
  'scenarios/searching/campaign': 'both',
  'scenarios/searching/hostile-evidence': 'itself',
  'scenarios/searching/search': 'itself',
  'scenarios/sources/alerts-apart': onGraph('expand'),
  'scenarios/sources/graph': onGraph('expand'),
  'scenarios/sources/retirement': 'itself',
  'scenarios/sources/source-switch': 'itself',
  'scenarios/weeks/a-week': 'shared',
};
