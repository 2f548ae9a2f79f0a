import { isOpen } from '../../../shared/domain/incidents/incident.ts';
import { alertRange, invertTicks } from '../../../shared/domain/rows/row-keys.ts';
import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import { readTicks } from '../../../shared/domain/values/ticks.ts';
import type { AppliedChange } from '../basics/sim-table.ts';
import { tellingOf, type Telling } from '../source/graph-tellings.ts';
import { note, report, type World } from '../source/world.ts';
import { checkExpiring } from './check-removal.ts';
import { checkRetold, isRetold, noteTold } from './check-retold.ts';
import { noteStored, type Ledger } from './ledger.ts';

/** Nothing under another tenant: partition, key, column and content name the same one. */
export function checkTenant(world: World, partition: string, ledger: Ledger, { rowKey, after }: AppliedChange): void {
  if (after === undefined) return;
  const { tenantId } = ledger.tenant;
  if (after['tenantId'] !== tenantId || !rowKey.includes(tenantId) || ledger.shard !== partition)
    report(world, `wrong tenant: ${rowKey} in ${partition}`);
  else if ('name' in after && !String(after['name']).startsWith(tenantId.slice(0, 8)))
    report(world, `content of another tenant: ${rowKey}`);
}

/** Whatever touches a tenant's rows carries its state row, one sequence number on. */
export function checkFence(world: World, changes: readonly AppliedChange[], state: AppliedChange | undefined): void {
  const touched = changes.find(({ rowKey }) => 'IAHFOUCEX'.includes(rowKey.charAt(0)));
  if (touched === undefined) return;
  const [before, after] = [state?.before?.['sequence'], state?.after?.['sequence']];
  const isFenced = typeof before === 'bigint' && after === before + 1n;
  if (!isFenced) report(world, `${touched.rowKey} was written without the fence`);
}

/** Each incident that a transaction shows is one whole version, with its list rows, its alerts, its history and its log entry. */
export function checkIncidents(world: World, ledger: Ledger, changes: readonly AppliedChange[]): void {
  const byKey = new Map(changes.map((change) => [change.rowKey, change]));
  const shown = new Set<string>();
  for (const change of changes) {
    if (!change.rowKey.startsWith('I!') || change.after === undefined) continue;
    const id = change.rowKey.slice(change.rowKey.lastIndexOf('!') + 1);
    shown.add(id);
    if (change.after['expiring'] === true) {
      checkExpiring(world, ledger, change);
      continue;
    }
    const telling = findTelling(world, ledger, change.rowKey, change.after);
    checkLists(world, ledger, id, change.before, change.after);
    if (telling === undefined) continue;
    checkAlerts(world, ledger, id, telling, change.after);
    checkHistory(world, ledger, byKey, id, telling);
    noteStored(ledger, id, telling.version);
  }
  for (const { rowKey, after } of changes)
    if ('FOUH'.includes(rowKey.charAt(0)) && after !== undefined && !shown.has(idOf(rowKey)))
      report(world, `${rowKey} was written without its incident`);
}

/** The encoded incident id in a key of kind F, O, U or H. */
function idOf(rowKey: string): string {
  return rowKey.split('!')[rowKey.startsWith('H!') ? 2 : 3] ?? '';
}

/** The version of the source that the row shows, and who has told it: one that exists and was visible. */
function findTelling(
  world: World,
  { tenant }: Ledger,
  rowKey: string,
  { contentHash, incidentId, source }: RowProperties,
): Telling | undefined {
  const telling = tellingOf(world.graph?.tellings, tenant, String(contentHash));
  const version = telling?.version;
  if (version === undefined || version.incidentId !== incidentId || version.visibleAtMs > world.time.now()) {
    report(world, `${rowKey} shows what the source never had`);
    return undefined;
  }
  if (source !== telling?.source) report(world, `${rowKey} says that ${String(source)} has told it`);
  return telling;
}

function checkLists(
  world: World,
  { shard, tenant: { tenantId } }: Ledger,
  id: string,
  before: RowProperties | undefined,
  after: RowProperties,
): void {
  const inverted = invertTicks(readTicks(after['lastUpdateTime']) ?? 0n);
  const lists: [string, boolean][] = [
    [`F!${inverted}!${tenantId}!${id}`, true],
    [`U!${tenantId}!${inverted}!${id}`, true],
    [`O!${inverted}!${tenantId}!${id}`, isOpen(String(after['status']))],
  ];
  for (const [key, isThere] of lists) {
    const row = world.table.get(shard, key);
    if ((row !== undefined) !== isThere) report(world, `list row ${key} should ${isThere ? '' : 'not '}exist`);
    else if (row !== undefined && row.properties['contentHash'] !== after['contentHash'])
      report(world, `list row ${key} shows another version`);
  }
  if (before === undefined || before['lastUpdateTime'] === after['lastUpdateTime']) return;
  const old = invertTicks(readTicks(before['lastUpdateTime']) ?? 0n);
  for (const key of [`F!${old}!${tenantId}!${id}`, `U!${tenantId}!${old}!${id}`, `O!${old}!${tenantId}!${id}`])
    if (world.table.get(shard, key) !== undefined) report(world, `old list row ${key} is still there`);
}

/** A shown incident has exactly the alerts of its version, unless it says that they are pending. */
function checkAlerts(
  world: World,
  { shard, tenant: { tenantId } }: Ledger,
  id: string,
  { version, isWhole }: Telling,
  after: RowProperties,
): void {
  if (!isWhole) {
    note(world, 'stored without alerts');
    return;
  }
  const { from, to } = alertRange(tenantId, version.incidentId, Number(after['generation']));
  const rows = world.table.list(shard, from, to, 1_000);
  const titles = new Map(rows.map(({ properties }) => [properties['alertId'], properties['title']]));
  const isSame =
    rows.length === version.alerts.length &&
    version.alerts.every(({ alertId, title }) => titles.get(alertId) === title);
  if (!isSame) report(world, `I!${tenantId}!${id} shows ${rows.length} alerts that are not those of its version`);
}

/** History holds each version that a commit contained exactly once, written with it; so does the log of changes. */
function checkHistory(
  world: World,
  ledger: Ledger,
  byKey: ReadonlyMap<string, AppliedChange>,
  id: string,
  telling: Telling,
): void {
  const { version } = telling;
  const { tenantId } = ledger.tenant;
  const historyPrefix = `H!${tenantId}!${id}!${invertTicks(version.updatedAt)}!`;
  const logSuffix = `!${tenantId}!${id}`;
  let [entries, logged] = [0, 0];
  for (const [rowKey, { before, after }] of byKey) {
    if (rowKey.startsWith(historyPrefix) && before === undefined && after !== undefined) {
      entries += 1;
      checkRetold(world, ledger, { id, telling, entry: after });
    }
    if (rowKey.startsWith('C!') && rowKey.endsWith(logSuffix)) logged += 1;
  }
  if (entries !== 1) report(world, `history of ${version.incidentId} got ${entries} entries with its version`);
  if (logged !== 1) report(world, `the log of changes got ${logged} entries with a version of ${version.incidentId}`);
  if (ledger.committed.has(version.order) && !isRetold(ledger, id, telling))
    report(world, `edit ${version.order} of ${version.incidentId} was committed twice`);
  noteTold(ledger, id, telling);
}

/** Nothing that is kept changes by itself. */
export function checkKept(world: World, changes: readonly AppliedChange[]): void {
  for (const { rowKey, before, after } of changes)
    if (rowKey.startsWith('H!') && before !== undefined && after !== undefined)
      report(world, `${rowKey} was overwritten`);
}
