import { isOpen } from '../../shared/domain/incident.ts';
import { readListIncident } from '../../shared/domain/read-incident-rows.ts';
import { encodeId, incidentKey, invertTicks } from '../../shared/domain/row-keys.ts';
import type { RowProperties } from '../../shared/domain/table-row.ts';
import { readTenantId, shardOf } from '../../shared/domain/tenant-id.ts';
import { readStateRow } from '../../shared/domain/tenant-state-row.ts';
import { formatTicks, readTicks, ticksFromMs, type Ticks } from '../../shared/domain/ticks.ts';
import { note, type World } from './sim-ports.ts';
import { contentHashOf, type SourceTenant, type SourceVersion } from './sim-source.ts';
import type { AppliedChange } from './sim-table.ts';

export interface Checker {
  violations: string[];
  /** Compares everything stored with the source's truth; to be called after quiet time. */
  checkEnd(): void;
}

/** Watches every applied transaction and compares the whole at the end. */
export function createChecker(world: World): Checker {
  const violations: string[] = [];
  world.violations = violations;
  const report = (text: string): void => {
    if (violations.length < 20) violations.push(`${new Date(world.time.now()).toISOString()} ${text}`);
  };
  world.table.onApplied((partition, changes) => {
    for (const change of changes) {
      checkTenant(partition, change, report);
      if (change.rowKey.startsWith('S!')) checkState(world, change, report);
    }
    checkLists(world, partition, changes, report);
  });
  return {
    violations,
    checkEnd: () => {
      for (const tenant of world.tenants.values()) checkTruth(world, tenant, report);
      checkRate(world, report);
    },
  };
}

type Report = (text: string) => void;

/** Nothing under another tenant: key, column and content name the same one, in its own partition. */
function checkTenant(partition: string, { rowKey, after }: AppliedChange, report: Report): void {
  if (after === undefined) return;
  const tenantId = readTenantId(after['tenantId']);
  if (tenantId === undefined || !rowKey.includes(tenantId) || shardOf(tenantId) !== partition)
    report(`wrong tenant: ${rowKey} in ${partition}`);
  else if ('name' in after && !String(after['name']).startsWith(tenantId.slice(0, 4)))
    report(`content of another tenant: ${rowKey}`);
}

function checkState(world: World, { before, after }: AppliedChange, report: Report): void {
  if (before === undefined || after === undefined) return;
  const [old, now] = [readStateRow(before), readStateRow(after)];
  if (now.looseGenerations.length > 0) note(world, 'alerts over one transaction');
  if (old.live !== undefined && old.busyUntil < now.busyUntil && now.live !== undefined) note(world, 'resumed cycle');
  if (now.completeThrough === undefined) return;
  if (old.completeThrough !== undefined && now.completeThrough < old.completeThrough)
    report(
      `completeThrough of ${now.tenantId} moved back from ${formatTicks(old.completeThrough)} to ${formatTicks(now.completeThrough)}`,
    );
  if (old.completeThrough === now.completeThrough) return;
  const tenant = world.tenants.get(now.tenantId);
  if (tenant !== undefined) checkComplete(world, tenant, now.completeFrom ?? 0n, now.completeThrough, now.gaps, report);
}

/** Versions that were visible as soon as they were dated have no excuse to be missing below the complete point. */
function checkComplete(
  world: World,
  tenant: SourceTenant,
  from: Ticks,
  through: Ticks,
  gaps: readonly { from: Ticks; to: Ticks }[],
  report: Report,
): void {
  const tenantId = readTenantId(tenant.tenantId);
  if (tenantId === undefined) return;
  for (const versions of tenant.versions.values())
    for (const version of versions) {
      if (isExcused(version, versions, { through, gaps, nowMs: world.time.now() })) continue;
      if (!isOnTime(version) || version.updatedAt < from || version.updatedAt >= through) continue;
      if (gaps.some((gap) => version.updatedAt >= gap.from && version.updatedAt < gap.to)) continue;
      const row = world.table.get(shardOf(tenantId), incidentKey(tenantId, version.incidentId));
      const storedOrder = row === undefined ? -1 : parseInt(String(row.properties['contentHash']), 16);
      if (storedOrder < version.order)
        report(
          `complete through ${formatTicks(through)} is untrue: ${tenantId.slice(0, 1)} ${version.incidentId} edit ${version.order} of ${formatTicks(version.updatedAt)}, stored ${storedOrder}`,
        );
    }
}

function isOnTime({ visibleAtMs, updatedAt }: SourceVersion): boolean {
  return visibleAtMs === 0 || ticksFromMs(visibleAtMs) <= updatedAt + 10_000n;
}

/** A version that the source had replaced is not promised, where its successor lies past the point, in a gap or came to light late. */
function isExcused(
  version: SourceVersion,
  all: readonly SourceVersion[],
  claim: { through: Ticks; gaps: readonly { from: Ticks; to: Ticks }[]; nowMs: number },
): boolean {
  const isOutside = ({ updatedAt }: SourceVersion): boolean =>
    updatedAt >= claim.through || claim.gaps.some(({ from, to }) => updatedAt >= from && updatedAt < to);
  return all.some(
    (other) =>
      other.order > version.order && other.visibleAtMs <= claim.nowMs && (isOutside(other) || !isOnTime(other)),
  );
}

/** After every transaction the lists agree with the incidents that it touched. */
function checkLists(world: World, partition: string, changes: readonly AppliedChange[], report: Report): void {
  const touched = changes.filter(({ rowKey }) => rowKey.startsWith('I!'));
  for (const { rowKey, before, after } of touched) {
    if (after === undefined) continue;
    const suffix = rowKey.slice(2);
    const [tenantId = '', id = ''] = suffix.split('!');
    const { status, lastUpdateTime } = readListIncident(after);
    const inverted = invertTicks(readTicks(lastUpdateTime) ?? 0n);
    const expected: [string, boolean][] = [
      [`F!${inverted}!${tenantId}!${id}`, true],
      [`U!${tenantId}!${inverted}!${id}`, true],
      [`O!${inverted}!${tenantId}!${id}`, isOpen(status)],
    ];
    for (const [key, isThere] of expected) {
      const row = world.table.get(partition, key);
      if ((row !== undefined) !== isThere) report(`list row ${key} should ${isThere ? '' : 'not '}exist`);
      else if (row !== undefined && row.properties['contentHash'] !== after['contentHash'])
        report(`list row ${key} shows another version`);
    }
    checkAlerts(world, partition, tenantId, id, after, report);
    if (before !== undefined && before['lastUpdateTime'] !== lastUpdateTime) {
      const old = invertTicks(readTicks(before['lastUpdateTime']) ?? 0n);
      if (world.table.get(partition, `F!${old}!${tenantId}!${id}`) !== undefined)
        report(`old list row of ${rowKey} is still there`);
    }
  }
}

function checkAlerts(
  world: World,
  partition: string,
  tenantId: string,
  id: string,
  after: RowProperties,
  report: Report,
): void {
  const generation = String(after['generation']).padStart(6, '0');
  const prefix = `A!${tenantId}!${id}!${generation}!`;
  const rows = world.table.list(partition, prefix, prefix.slice(0, -1) + '"', 1_000);
  if (rows.length !== Number(after['alertsCount']))
    report(`I!${tenantId}!${id} shows ${rows.length} alerts instead of ${String(after['alertsCount'])}`);
}

function checkTruth(world: World, tenant: SourceTenant, report: Report): void {
  const tenantId = readTenantId(tenant.tenantId);
  if (tenantId === undefined) return;
  const shard = shardOf(tenantId);
  const current = tenant.visible(world.time.now());
  for (const version of current) {
    const row = world.table.get(shard, incidentKey(tenantId, version.incidentId));
    if (row === undefined) report(`lost: ${tenantId} ${version.incidentId}`);
    else if (row.properties['contentHash'] !== contentHashOf(version))
      report(`stale: ${tenantId} ${version.incidentId} edit ${version.order}`);
  }
  const count = (kind: string): number =>
    world.table.list(shard, `${kind}!`, `${kind}"`, 100_000).filter(({ rowKey }) => rowKey.includes(tenantId)).length;
  const open = current.filter(({ status }) => isOpen(status)).length;
  const alerts = current.reduce((sum, version) => sum + version.alerts.length, 0);
  for (const [kind, expected] of [
    ['I', current.length],
    ['F', current.length],
    ['U', current.length],
    ['O', open],
    ['A', alerts],
  ] as const)
    if (count(kind) !== expected) report(`${tenantId}: ${count(kind)} rows of kind ${kind} instead of ${expected}`);
  checkHistory(world, shard, tenantId, current, report);
}

/** Each history row is one version that was committed; none twice in a row, and the last one is the version shown. */
function checkHistory(
  world: World,
  shard: string,
  tenantId: string,
  current: readonly SourceVersion[],
  report: Report,
): void {
  for (const version of current) {
    const prefix = `H!${tenantId}!${encodeId(version.incidentId)}!`;
    const rows = world.table.list(shard, prefix, prefix.slice(0, -1) + '"', 1_000);
    const hashes = rows.map(
      ({ properties }) => `${String(properties['lastUpdateTime'])} ${String(properties['contentHash'])}`,
    );
    if (new Set(hashes).size < hashes.length) report(`history of ${version.incidentId} holds a version twice`);
    if (!rows.some(({ properties }) => properties['contentHash'] === contentHashOf(version)))
      report(`history of ${version.incidentId} lacks the shown version`);
  }
}

function checkRate(world: World, report: Report): void {
  for (const tenantId of world.tenants.keys()) {
    const times = world.calls.filter((call) => call.tenantId === tenantId).map(({ atMs }) => atMs);
    times.forEach((at, index) => {
      if ((times[index + 50] ?? Infinity) - at < 60_000)
        report(`more than 50 calls a minute at ${new Date(at).toISOString()}`);
      if ((times[index + 1_500] ?? Infinity) - at < 3_600_000) report('more than 1,500 calls an hour');
    });
  }
}
