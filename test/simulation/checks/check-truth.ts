import { isOpen } from '../../../shared/domain/incidents/incident.ts';
import { incidentKey, stateKey } from '../../../shared/domain/rows/row-keys.ts';
import type { StoredRow } from '../../../shared/domain/values/table-row.ts';
import { TICKS_PER_DAY, TICKS_PER_MINUTE, ticksFromMs, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { tellingOf, type Telling } from '../source/graph-tellings.ts';
import type { SourceVersion } from '../source/sim-source.ts';
import { report, type World } from '../source/world.ts';
import { expiryCutoff } from './check-removal.ts';
import { isInGap, type Ledger } from './ledger.ts';
import { badVersions, closableGaps, incidentsOf, isReadable, isUnpageable, isUnreadableById } from './readable.ts';
import { stateOf } from './state-of.ts';

/** After quiet time: what is stored of a tenant is what its source shows, no row less and none more. */
export function checkTruth(world: World, ledger: Ledger): void {
  const { tenant, shard } = ledger;
  const { tenantId } = tenant;
  let [incidents, open, alerts] = [0, 0, 0];
  const bad = badVersions(world, tenant);
  for (const current of tenant.visible()) {
    if (!isKept(world, ledger, current)) continue;
    // What still cannot be read is stored as it was when it could, or not at all.
    const isShown =
      isReadable(world, bad, current) &&
      !isUnpageable(world, tenant, current) &&
      !isNamedUnreadable(world, ledger, current);
    const version = isShown ? current : storedVersion(world, ledger, current);
    if (version === undefined) continue;
    const { incident } = tenant.observe(version);
    incidents += 1;
    if (isOpen(incident.status)) open += 1;
    const row = world.table.get(shard, incidentKey(tenantId, version.incidentId));
    const telling = tellingOf(world.graph?.tellings, tenant, String(row?.properties['contentHash']));
    alerts += countAlerts(world, ledger, version, telling);
    if (row === undefined) report(world, `lost: ${tenantId} ${version.incidentId}`);
    else if (telling?.version !== version)
      report(world, `stale: ${tenantId} ${version.incidentId} edit ${version.order}`);
    else checkTold(world, ledger, telling);
  }
  const history = [...ledger.retold.values()].reduce((sum, times) => sum + times, ledger.committed.size);
  const expected = { I: incidents, F: incidents, U: incidents, O: open, A: alerts, H: history };
  for (const [kind, count] of Object.entries(expected)) {
    const found = rowsOfKind(world, ledger, kind).length;
    if (found !== count) report(world, `${tenantId}: ${found} rows of kind ${kind} instead of ${count}`);
  }
  checkRest(world, ledger);
}

/** A change that kept its time, of one whose alerts cannot be read for good: a gap names it. */
function isNamedUnreadable(world: World, { shard, tenant }: Ledger, { incidentId }: SourceVersion): boolean {
  if (world.graph === undefined || !isUnreadableById(world, tenant, incidentId)) return false;
  const { gaps } = stateOf(world.table.get(shard, stateKey(tenant.tenantId))?.properties);
  return gaps.some((gap) => incidentsOf(world, tenant, gap).includes(incidentId));
}

function storedVersion(
  world: World,
  { shard, tenant }: Ledger,
  { incidentId }: SourceVersion,
): SourceVersion | undefined {
  const row = world.table.get(shard, incidentKey(tenant.tenantId, incidentId));
  return tellingOf(world.graph?.tellings, tenant, String(row?.properties['contentHash']))?.version;
}

/** Of one whose alerts are pending, whatever alerts are kept. */
function countAlerts(
  world: World,
  ledger: Ledger,
  { incidentId, alerts }: SourceVersion,
  telling: Telling | undefined,
): number {
  if (telling?.isWhole !== false) return alerts.length;
  return rowsOfKind(world, ledger, 'A').filter(({ properties }) => properties['incidentId'] === incidentId).length;
}

/** It is whole, unless it or its crowd cannot be read for good, and told by the source that its tenant is read from by now. */
function checkTold(world: World, { tenant, shard }: Ledger, { version, source, isWhole }: Telling): void {
  const where = `${tenant.tenantId} ${version.incidentId}`;
  const isUnreadable = isUnreadableById(world, tenant, version.incidentId) || isUnpageable(world, tenant, version);
  if (!isWhole && !isUnreadable) report(world, `without its alerts: ${where}`);
  const { readFrom, gaps } = stateOf(world.table.get(shard, stateKey(tenant.tenantId))?.properties);
  // What took its place may lie in a gap.
  const current = tenant.current(version.incidentId) ?? version;
  if (source !== readFrom && !isUnreadable && ![version, current].some(({ updatedAt }) => isInGap(gaps, updatedAt)))
    report(world, `still as ${source} has told it: ${where}`);
}

/** The last clean-up has deleted what was too old at the midnight before it began; what has become too old since may be there or not. */
function isKept(world: World, { shard, tenant }: Ledger, { updatedAt, incidentId }: SourceVersion): boolean {
  const cutoff = expiryCutoff(world);
  if (updatedAt >= cutoff) return true;
  const isThere = world.table.get(shard, incidentKey(tenant.tenantId, incidentId)) !== undefined;
  if (isThere && updatedAt < cutoff - sinceMidnight(world) - CLEAN_UP_TIME)
    report(world, `kept too long: ${tenant.tenantId} ${incidentId}`);
  return isThere;
}

const CLEAN_UP_TIME = 10n * TICKS_PER_MINUTE;

/** Shortly after midnight the last clean-up may belong to the day before. */
function sinceMidnight({ time }: World): Ticks {
  const today = ticksFromMs(time.now()) % TICKS_PER_DAY;
  return today < CLEAN_UP_TIME ? TICKS_PER_DAY : today;
}

function rowsOfKind(world: World, { shard, tenant }: Ledger, kind: string): StoredRow[] {
  return world.table
    .list(shard, `${kind}!`, `${kind}"`, 1_000_000)
    .filter(({ properties }) => properties['tenantId'] === tenant.tenantId);
}

/** Nothing is left over: no gap whose cause is gone, no failure or refusal that has passed, no loose alerts. */
function checkRest(world: World, { shard, tenant }: Ledger): void {
  const { tenantId } = tenant;
  const row = world.table.get(shard, stateKey(tenantId));
  if (row === undefined) return;
  const state = stateOf(row.properties);
  const open = closableGaps(world, tenant, state.gaps);
  if (open.length > 0) report(world, `${tenantId} still has ${open.length} gaps`);
  if (state.looseGenerations.length > 0) report(world, `${tenantId} still has loose alerts`);
  if (state.status !== 'active') report(world, `${tenantId} is still ${state.status}`);
  if (state.lastError !== undefined) report(world, `${tenantId} still shows ${state.lastError.code}`);
}

/** As Microsoft's documents have them; of Graph they name no limit an hour. */
const LIMITS = {
  defender: [
    { calls: 50, ms: 60_000 },
    { calls: 1_500, ms: 3_600_000 },
  ],
  graph: [{ calls: 150, ms: 60_000 }],
} as const;

/** Whatever is delivered twice, the limits of each source hold. */
export function checkRate(world: World, { calls, tenant }: Ledger): void {
  for (const source of ['defender', 'graph'] as const)
    for (const limit of LIMITS[source])
      calls[source].forEach((at, index) => {
        if ((calls[source][index + limit.calls] ?? Infinity) - at >= limit.ms) return;
        const since = new Date(at).toISOString();
        report(
          world,
          `more than ${limit.calls} calls to ${source} in ${limit.ms} ms for ${tenant.tenantId} from ${since}`,
        );
      });
}
