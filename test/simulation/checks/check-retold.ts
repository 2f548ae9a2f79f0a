import type { FieldChange } from '../../../shared/domain/incidents/incident-changes.ts';
import { readHistoryRow } from '../../../shared/domain/rows/read-incident-rows.ts';
import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import type { Telling } from '../source/graph-tellings.ts';
import type { SourceVersion } from '../source/sim-source.ts';
import { note, report, type World } from '../source/world.ts';
import type { Ledger } from './ledger.ts';

/** Whether the version that a row shows is told once more for a reason: by another source, or with alerts that were missing. */
export function isRetold({ told }: Ledger, id: string, { version, source, isWhole }: Telling): boolean {
  const before = told.get(id);
  if (before?.version !== version) return false;
  return before.source !== source || (isWhole && !before.isWhole);
}

export function noteTold({ told, retold, committed }: Ledger, id: string, telling: Telling): void {
  const { order } = telling.version;
  if (committed.has(order)) retold.set(order, (retold.get(order) ?? 0) + 1);
  committed.add(order);
  told.set(id, telling);
}

/** What an entry of the history may say beside the fields of two versions. */
const MARKS = ['source', 'sourceMissing', 'wentBack'];
/** Fields that the rows have of the truth, by how a version shows that they differ. */
const TRUE_FIELDS: Readonly<Record<string, (before: SourceVersion, after: SourceVersion) => boolean>> = {
  name: (before, after) => before.order !== after.order,
  status: (before, after) => before.status !== after.status,
  severity: (before, after) => before.severity !== after.severity,
  redirectIncidentId: (before, after) => before.redirectIncidentId !== after.redirectIncidentId,
};

/**
 * When an incident is told by another source than before, its history says so in one entry, and nothing beside that but what is
 * true of its versions; when it is not, no entry says so.
 */
export function checkRetold(
  world: World,
  { told, tenant }: Ledger,
  { id, telling, entry }: { id: string; telling: Telling; entry: RowProperties },
): void {
  const before = told.get(id);
  if (world.graph === undefined || before === undefined) return;
  const { changes } = readHistoryRow(entry);
  const moves = changes.filter(({ field }) => field === 'source');
  const isMoved = before.source !== telling.source;
  const where = `the history of ${tenant.tenantId.slice(0, 8)} ${telling.version.incidentId}`;
  if (moves.length !== (isMoved ? 1 : 0))
    report(
      world,
      `${where} has ${moves.length} entries of a source, which was ${before.source} and is ${telling.source}`,
    );
  if (!isMoved) return;
  note(world, before.version === telling.version ? 'retold by another source' : 'changed and told by another source');
  const [move] = moves;
  if (move !== undefined && 'from' in move && (move.from !== before.source || move.to !== telling.source))
    report(world, `${where} says that it moved from ${String(move.from)} to ${String(move.to)}`);
  for (const change of changes)
    if (isInvented(change, before, telling)) report(world, `${where} invents a change of ${change.field} at a move`);
}

function isInvented(change: FieldChange, before: Telling, after: Telling): boolean {
  if (MARKS.includes(change.field)) return false;
  if (!('added' in change)) return TRUE_FIELDS[change.field]?.(before.version, after.version) !== true;
  if (!before.isWhole || !after.isWhole) return false;
  const [old, now] = [idsOf(before.version), idsOf(after.version)];
  const isTrue =
    change.changed.length === 0 &&
    change.added.every((alertId) => now.has(alertId) && !old.has(alertId)) &&
    change.removed.every((alertId) => old.has(alertId) && !now.has(alertId));
  return !isTrue;
}

const idsOf = ({ alerts }: SourceVersion): Set<string> => new Set(alerts.map(({ alertId }) => alertId));
