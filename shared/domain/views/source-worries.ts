import { couldNotMove, wouldStayBehind, type SourceState } from '../collection/source-state.ts';
import type { SourceChoice } from '../incidents/incident.ts';
import { isPollable } from '../tenants/tenant-state.ts';
import { formatTicks } from '../values/ticks.ts';
import type { KnownTenant } from './coverage.ts';
import { problemOf, type HealthProblem } from './health-problem.ts';

export interface SourceFacts {
  tenants: readonly KnownTenant[];
  /** What all tenants together say of the Defender API. */
  sourceState: SourceState;
}

const NAMED = 20;

/** Problems of customers' source: that it may end, that it has ended, and which customers could not be read then. */
export function listSourceWorries({ tenants, sourceState }: SourceFacts, setting: SourceChoice): HealthProblem[] {
  const { stage, since, message } = sourceState;
  const unready = tenants.filter(({ state }) => state !== undefined && couldNotMove(state, setting));
  const left = tenants.filter(({ state }) => state !== undefined && isPollable(state) && state.readFrom === 'defender');
  const worries: HealthProblem[] = [];
  if (stage === 'suspected') {
    const reason = `several customers say so since ${formatTicks(since)}, e.g. ${message}`;
    worries.push(problemOf('source-suspected', `The Defender API may be gone: ${reason}`));
  }
  if (stage === 'retired' && left.length > 0) {
    const reason = `not yet read from Microsoft Graph are ${nameSome(left)}`;
    worries.push(problemOf('source-retired', `The Defender API is gone since ${formatTicks(since)}, and ${reason}`));
  }
  if (stage !== 'retired' && unready.length > 0) {
    const reason = `these customers would go blind: ${nameSome(unready)}`;
    worries.push(problemOf('failover-not-ready', `If the Defender API ended, ${reason}`));
  }
  return worries;
}

/** What costs no customer anything today, and asks for a decision before the Defender API ends. */
export function listSourceNotices({ tenants, sourceState }: SourceFacts, setting: SourceChoice): HealthProblem[] {
  const behind = tenants.filter(({ state }) => state !== undefined && wouldStayBehind(state, setting));
  if (sourceState.stage === 'retired' || behind.length === 0) return [];
  const reason = `these customers would go blind, as nobody has chosen a source for them: ${nameSome(behind)}`;
  return [problemOf('failover-not-chosen', `If the Defender API ended, ${reason}`)];
}

function nameSome(tenants: readonly KnownTenant[]): string {
  const names = tenants.slice(0, NAMED).map(({ tenantId, record }) => record?.displayName ?? tenantId);
  const more = tenants.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
