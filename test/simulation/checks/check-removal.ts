import { incidentKey, invertTicks } from '../../../shared/domain/rows/row-keys.ts';
import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import {
  readTicks,
  TICKS_PER_DAY,
  TICKS_PER_SECOND,
  ticksFromMs,
  type Ticks,
} from '../../../shared/domain/values/ticks.ts';
import type { AppliedChange } from '../basics/sim-table.ts';
import { note, report, type World } from '../source/world.ts';
import { noteRemoved, type Ledger } from './ledger.ts';

/** The service's clock shows whole seconds, and a purge keeps the one that it began with. */
const CLOCK_ERROR = 2n * TICKS_PER_SECOND;

/** Everything last updated before then may be deleted; nothing where all is kept. */
export function expiryCutoff({ retentionDays, time }: World): Ticks {
  return retentionDays === undefined ? 0n : ticksFromMs(time.now()) - BigInt(retentionDays) * TICKS_PER_DAY;
}

const isErasing = (changes: readonly AppliedChange[]): boolean =>
  changes.some(({ rowKey, before }) => rowKey.startsWith('S!') && before?.['status'] === 'purging');

/** An incident that is taken out of all lists because of its age is old enough, and in no list any more. */
export function checkExpiring(world: World, ledger: Ledger, { rowKey, after }: AppliedChange): void {
  if (after === undefined) return;
  const updatedAt = readTicks(after['lastUpdateTime']) ?? 0n;
  if (updatedAt >= expiryCutoff(world) + CLOCK_ERROR) report(world, `${rowKey} expires before its time`);
  checkDelisted(world, ledger, after);
}

/** What is kept goes away only with its tenant or at its age; then a whole incident does, its own row last. */
export function checkRemovals(world: World, ledger: Ledger, changes: readonly AppliedChange[]): void {
  if (isErasing(changes)) return;
  checkBesidePolls(world, changes);
  for (const { rowKey, before, after } of changes) {
    if (before === undefined || after !== undefined || !'IH'.includes(rowKey.charAt(0))) continue;
    if (!isExpiring(world, ledger, changes, before)) report(world, `${rowKey} was deleted before its time`);
    if (!rowKey.startsWith('I!')) continue;
    note(world, 'retention');
    checkParts(world, ledger, before);
    noteRemoved(ledger, String(before['incidentId']));
  }
}

/** A poll that was handed out is never broken by the clean-up: it would end at the clean-up's commit. */
function checkBesidePolls(world: World, changes: readonly AppliedChange[]): void {
  const removed = changes.find(
    ({ rowKey, before, after }) =>
      rowKey.startsWith('I!') && before !== undefined && (after === undefined || isMarkedBy({ before, after })),
  );
  const busyUntil = changes.find(({ rowKey }) => rowKey.startsWith('S!'))?.before?.['busyUntil'];
  if (removed === undefined || typeof busyUntil !== 'bigint') return;
  if (busyUntil > ticksFromMs(world.time.now()) + CLOCK_ERROR)
    report(world, `${removed.rowKey} is removed beside a poll`);
}

const isMarkedBy = ({ before, after }: Record<'before' | 'after', RowProperties>): boolean =>
  after['expiring'] === true && before['expiring'] !== true;

function isExpiring(
  world: World,
  { shard, tenant }: Ledger,
  changes: readonly AppliedChange[],
  { incidentId }: RowProperties,
): boolean {
  const key = incidentKey(tenant.tenantId, String(incidentId));
  const own = changes.find(({ rowKey }) => rowKey === key)?.before ?? world.table.get(shard, key)?.properties;
  return own?.['expiring'] === true;
}

function checkParts(world: World, ledger: Ledger, before: RowProperties): void {
  const { shard, tenant } = ledger;
  checkDelisted(world, ledger, before);
  for (const kind of ['A', 'H']) {
    const prefix = incidentKey(tenant.tenantId, String(before['incidentId'])).replace('I!', `${kind}!`);
    const left = world.table.list(shard, `${prefix}!`, `${prefix}"`, 1)[0];
    if (left !== undefined) report(world, `${left.rowKey} outlives its incident`);
  }
}

function checkDelisted(world: World, { shard, tenant: { tenantId } }: Ledger, row: RowProperties): void {
  const inverted = invertTicks(readTicks(row['lastUpdateTime']) ?? 0n);
  const id = incidentKey(tenantId, String(row['incidentId'])).split('!')[2] ?? '';
  for (const key of [
    `F!${inverted}!${tenantId}!${id}`,
    `U!${tenantId}!${inverted}!${id}`,
    `O!${inverted}!${tenantId}!${id}`,
  ])
    if (world.table.get(shard, key) !== undefined) report(world, `list row ${key} leads nowhere`);
}

/** After the erasure of a tenant no row names it. */
export function checkErased(world: World, { tenant: { tenantId } }: Ledger): void {
  const left = world.table.rows().filter(({ rowKey, properties }) => isOf(tenantId, rowKey, properties));
  if (left.length > 0) report(world, `${left.length} rows of ${tenantId} survive its erasure: ${left[0]?.rowKey}`);
}

const isOf = (tenantId: string, rowKey: string, { tenantId: owner }: RowProperties): boolean =>
  owner === tenantId || rowKey.includes(tenantId);
