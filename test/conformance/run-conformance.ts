import fetch from 'node-fetch';
import { isRole } from '../../local/simulator/http/simulated-request.ts';
import { CLOUDS } from '../../shared/domain/entra/clouds.ts';
import type { SourceName } from '../../shared/domain/incidents/incident.ts';
import { readTicks } from '../../shared/domain/values/ticks.ts';
import { INTERVAL_MS } from '../scenarios/cloud/collector.ts';
import { APP, SECRET, type ScenarioCloud, type World } from '../scenarios/cloud/scenario-cloud.ts';
import type { CollectorUnderTest, OpenCollector, SourcePlace } from './collector-under-test.ts';
import { CONFORMANCE_SCENARIOS, type ConformanceScenario } from './scenario-list.ts';

export interface Score {
  source: SourceName;
  letter: string;
  title: string;
  /** Incidents of the source that were never passed on. */
  lost: number;
  /** Incidents whose last version was not passed on, or not last. */
  stale: number;
  /** Versions passed on more than once. */
  duplicates: number;
  /** Calls of the source up to the end of the scenario. */
  calls: number;
  /** Calls of the source in the last poll, when nothing is new any more. */
  idleCalls: number;
}

const IDLE_POLLS = 3;

/** Plays every scenario on one source to a new collector each and compares what it passed on with what the source holds. */
export async function runConformance(
  cloud: ScenarioCloud,
  open: OpenCollector,
  source: SourceName = 'defender',
): Promise<Score[]> {
  const scores: Score[] = [];
  for (const scenario of CONFORMANCE_SCENARIOS) scores.push(await playScenario(cloud, open, scenario, source));
  return scores;
}

async function playScenario(
  cloud: ScenarioCloud,
  open: OpenCollector,
  scenario: ConformanceScenario,
  source: SourceName,
): Promise<Score> {
  const world = await cloud.createWorld(source);
  const { control, tenantId, time } = world;
  const collector = open(placeOf(world), world);
  const poll = async (): Promise<void> => {
    time.advance(INTERVAL_MS);
    // A failed poll shows in what was passed on.
    await collector.poll().catch(() => undefined);
  };
  const unreadable = await scenario.play({
    control,
    tenantId,
    poll,
    afterListCall: (number, action) => {
      onListCall(world, number, action);
    },
  });
  if (control.faults().some(({ served }) => served === 0))
    throw new Error(`Scenario ${scenario.letter} proves nothing: its fault was never served`);
  for (let idle = 1; idle < IDLE_POLLS; idle += 1) await poll();
  const calls = countCalls(world);
  await poll();
  const { letter, title } = scenario;
  return {
    source,
    letter,
    title,
    ...(await compare(world, collector, unreadable ?? [])),
    calls,
    idleCalls: countCalls(world) - calls,
  };
}

const ROLES = ['incident-list', 'incident-get', 'graph-alerts'] as const;

const countCalls = ({ control, tenantId }: World): number =>
  ROLES.reduce((sum, role) => sum + control.countCalls({ role, tenantId }), 0);

function onListCall({ control, tenantId }: World, number: number, action: () => void): void {
  let left = number;
  control.setAfterPage((request) => {
    if (!isRole(request.role, 'incident-list') || request.tenantId !== tenantId) return;
    left -= 1;
    if (left === 0) action();
  });
}

async function compare(
  { control, tenantId }: World,
  collector: CollectorUnderTest,
  unreadable: readonly string[],
): Promise<Pick<Score, 'lost' | 'stale' | 'duplicates'>> {
  const versions = await collector.versions();
  const last = new Map(versions.map(({ incidentId, lastUpdateTime }) => [incidentId, readTicks(lastUpdateTime)]));
  const truth = [...control.truth(tenantId).incidents.values()].filter(
    ({ incidentId }) => !unreadable.includes(incidentId),
  );
  const different = new Set(
    versions.map(({ incidentId, lastUpdateTime }) => `${incidentId} ${readTicks(lastUpdateTime)}`),
  );
  return {
    lost: truth.filter(({ incidentId }) => !last.has(incidentId)).length,
    stale: truth.filter(({ incidentId, lastUpdateTime }) => (last.get(incidentId) ?? lastUpdateTime) !== lastUpdateTime)
      .length,
    duplicates: versions.length - different.size,
  };
}

function placeOf({ cloud: { simulator }, tenantId, time, source }: World): SourcePlace {
  return {
    source,
    url: simulator.url,
    tenantId,
    nowMs: time.nowMs,
    sleep: time.sleep,
    getToken: async () => {
      const answer = await fetch(`${simulator.url}/${tenantId}/oauth2/v2.0/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: APP,
          client_secret: SECRET,
          scope: source === 'graph' ? CLOUDS.global.graphScope : CLOUDS.global.defenderScope,
        }),
      });
      const { access_token: token } = (await answer.json()) as { access_token: string };
      return token;
    },
  };
}
