import { followChanges } from '../../../shared/campaigns/follow-changes.ts';
import { toIncident } from '../../../shared/domain/defender/to-incident.ts';
import { ALERT_KEY_COLUMNS, readAlertKey, readIncidentRow } from '../../../shared/domain/rows/read-incident-rows.ts';
import { alertRange, incidentKey } from '../../../shared/domain/rows/row-keys.ts';
import { readTenantId, shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { openSession } from '../../../shared/storing/tenant-session.ts';
import { writeIncidents } from '../../../shared/storing/write-incidents.ts';
import { createRandom, type Random } from '../basics/random.ts';
import { registerTenant } from '../basics/register-tenant.ts';
import { createTableState, type TableState } from '../basics/sim-table.ts';
import { createVirtualTime, type VirtualTime } from '../basics/virtual-time.ts';
import { printTime } from '../source/sim-source.ts';
import { createRemovals, untilRace, type Removals } from './campaign-removal.ts';
import { checkCampaigns, type Evidence, type Sighted } from './check-campaigns.ts';
import type { SideLife } from './crowd-life.ts';
import { mortal, openCrowdTable } from './crowd-table.ts';

const START_MS = Date.parse('2026-03-01T00:00:00Z');
const MINUTE_MS = 60_000;
const INTERVAL_MS = 5 * MINUTE_MS;
/** Followers die and come twice while incidents change; then the last of them look at everything once more, which takes an hour. */
const BUSY_TICKS = 10;
const TICKS = BUSY_TICKS + 14;
/** So many that most are seen no more than twice: what a follower has missed then is told by nobody else. */
const VALUES = Array.from({ length: 10 }, (_, at) => `8.8.4.${at}`);
const VERDICTS = ['Malicious', 'Suspicious', 'Clean', 'Unknown'];
/** Some share a partition. */
const TENANT_IDS = [
  '10000000-0000-4000-8000-000000000000',
  '2000002d-0000-4000-8000-000000000001',
  '30000000-0000-4000-8000-000000000002',
]
  .map(readTenantId)
  .filter((id) => id !== undefined);

/** Between two ticks, when no follower is under way: only then is a removal alone responsible for what it leaves. */
const REMOVAL_AFTER_MS = 2.5 * MINUTE_MS;

/**
 * Incidents of several tenants come, change, lose evidence, become too old and are purged while whoever looks for campaigns dies or
 * comes twice.
 */
export async function liveWithCampaigns(seed: number): Promise<SideLife> {
  const random = createRandom(Math.imul(seed, 0x2545f491) ^ 0x5bd1e995);
  const time = createVirtualTime(START_MS);
  const state = createTableState();
  const seen = new Set<string>();
  state.onApplied((_partition, changes) => {
    if (changes.some(({ rowKey, after }) => rowKey.startsWith('V!') && after === undefined)) seen.add('campaign ended');
    if (changes.some(({ after }) => after?.['expiring'] === true)) seen.add('incident of a campaign too old');
  });
  for (const tenantId of TENANT_IDS) registerTenant(state, tenantId, START_MS);
  const violations: string[] = [];
  const truth = new Map<string, Sighted>();
  const last = (tenantId: TenantId, incidentId: string): readonly Evidence[] | undefined =>
    truth.get(`${tenantId} ${incidentId}`)?.evidence;
  const removals = createRemovals({ time, state, last, violations });
  const life: Life = { random, time, state, seen, bugs: [], truth, removals, purged: undefined };
  void edit(life);
  const chances = createRandom(Math.imul(seed, 0x9e3779b1) ^ 0x7f4a7c15);
  for (let tick = 1; tick <= TICKS; tick += 1) {
    time.at(START_MS + tick * INTERVAL_MS, () => {
      followOnce(life, tick <= BUSY_TICKS);
    });
    time.at(START_MS + tick * INTERVAL_MS + REMOVAL_AFTER_MS, () => {
      void removeOnce(life, chances, tick);
    });
  }
  await time.run(START_MS + (TICKS + 1) * INTERVAL_MS);
  const rows = state.rows().filter(({ partition }) => partition === 'campaigns');
  const kept = [...truth.values()].filter(({ tenantId, incidentId }) => removals.holds(tenantId, incidentId));
  violations.push(...checkCampaigns(kept, rows));
  if (kept.some(({ tenantId }) => tenantId === life.purged)) violations.push(`${life.purged} is not purged`);
  for (const bug of life.bugs)
    violations.push(`bug: ${bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)}`);
  return { violations, seen };
}

interface Life {
  random: Random;
  time: VirtualTime;
  state: TableState;
  seen: Set<string>;
  bugs: unknown[];
  /** The last version of each incident. */
  truth: Map<string, Sighted>;
  removals: Removals;
  purged: TenantId | undefined;
}

const clockOf = ({ time }: Life): Clock => ({ nowMs: time.now, monotonicMs: time.now, sleep: time.wait });

async function edit(life: Life): Promise<void> {
  const { random, time, state, truth, bugs } = life;
  try {
    for (const end = START_MS + BUSY_TICKS * INTERVAL_MS; time.now() < end;) {
      const [tenantId, incidentId] = [random.pick(TENANT_IDS), String(1 + random.below(2))];
      if (tenantId === life.purged) {
        await time.wait(MINUTE_MS);
        continue;
      }
      const evidence = VALUES.filter(() => random.chance(0.25)).map((value) => ({
        value,
        verdict: random.pick(VERDICTS),
      }));
      const isStored = await untilRace(
        () => store(openCrowdTable(time, state), clockOf(life), { tenantId, incidentId, evidence }),
        bugs,
      );
      if (isStored) truth.set(`${tenantId} ${incidentId}`, { tenantId, incidentId, evidence });
      await time.wait(random.below(2 * INTERVAL_MS));
    }
  } catch (error) {
    bugs.push(error);
  }
}

async function store(table: Table, clock: Clock, { tenantId, incidentId, evidence }: Sighted): Promise<void> {
  const session = await openSession(table, clock, tenantId);
  if (session === undefined) throw new Error(`${tenantId} is not registered`);
  const row = await table.get(shardOf(tenantId), incidentKey(tenantId, incidentId));
  const stored = row === undefined ? undefined : readIncidentRow(row.properties);
  const range = alertRange(tenantId, incidentId, stored?.generation ?? 1);
  const { rows } = await table.list(shardOf(tenantId), range, { select: ALERT_KEY_COLUMNS });
  const context = { tenantId, portalUrl: 'https://security.microsoft.com', updatedFrom: 0n };
  const observed = toIncident(toEntry(incidentId, clock.nowMs(), evidence), incidentId, context);
  const known = { stored, storedAlerts: rows.map(readAlertKey), isBackfill: false, wentBack: false };
  const listed = { listedAt: observed.updatedAt, version: { tenantId, observed, ...known } };
  await writeIncidents({ table, session, log: () => {} }, [listed], (state) => state);
}

function toEntry(incidentId: string, nowMs: number, evidence: readonly Evidence[]): Record<string, unknown> {
  const entities = evidence.map(({ value, verdict }) => ({ entityType: 'Ip', ipAddress: value, verdict }));
  return {
    incidentId: Number(incidentId),
    incidentName: `At ${nowMs}`,
    createdTime: printTime(ticksFromMs(START_MS)),
    lastUpdateTime: printTime(ticksFromMs(nowMs)),
    status: 'Active',
    severity: 'High',
    alerts: [{ alertId: `a${incidentId}`, title: 'Signal', entities }],
  };
}

/** A tick of the timer; in the busy part on a machine that may die, and beside another. */
function followOnce(life: Life, isBusy: boolean): void {
  const { random, seen } = life;
  const isTwice = isBusy && random.chance(0.3);
  if (isTwice) seen.add('two followers at once');
  for (let runs = isTwice ? 2 : 1; runs > 0; runs -= 1) {
    const isMortal = isBusy && random.chance(0.5);
    if (isMortal) seen.add('follower dies');
    void follow(life, isMortal ? random.below(50) : Infinity);
  }
}

async function follow(life: Life, requestsLeft: number): Promise<void> {
  const { time, state, bugs } = life;
  const incidents = mortal(openCrowdTable(time, state), { requestsLeft });
  const deps = { incidents, clock: clockOf(life), log: () => {}, budgetMs: 420_000, endMs: 540_000 };
  await untilRace(() => followChanges(deps), bugs);
}

/** In the busy part with deaths, and a purge may begin; afterwards what is under way is finished. */
async function removeOnce(life: Life, chances: Random, tick: number): Promise<void> {
  const { time, bugs, seen, removals } = life;
  const isBusy = tick <= BUSY_TICKS;
  const requestsLeft = (): number => (isBusy && chances.chance(0.5) ? chances.below(25) : Infinity);
  const oldest = isBusy && chances.chance(0.4) ? time.now() - chances.below(30) * MINUTE_MS : undefined;
  const cutoff = oldest === undefined ? undefined : ticksFromMs(oldest);
  const tenantId = chances.pick(TENANT_IDS);
  if (isBusy && life.purged === undefined && chances.chance(0.05)) {
    life.purged = tenantId;
    if (!(await untilRace(() => removals.order(tenantId), bugs))) life.purged = undefined;
  }
  const { purged } = life;
  if (purged !== undefined) seen.add('tenant of a campaign purged');
  const works = isBusy
    ? [() => removals.expire(tenantId, cutoff, requestsLeft())]
    : TENANT_IDS.map((one) => () => removals.expire(one, undefined, Infinity));
  if (purged !== undefined) works.push(() => removals.purge(purged, requestsLeft()));
  for (const work of works) void untilRace(work, bugs);
}
