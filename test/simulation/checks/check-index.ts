import { indexKeysOf, readMatches, unpackIndex } from '../../../shared/domain/rows/stored-index.ts';
import { binaryColumn } from '../../../shared/domain/rows/row-columns.ts';
import { incidentKey, stateKey } from '../../../shared/domain/rows/row-keys.ts';
import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import type { AppliedChange } from '../basics/sim-table.ts';
import { evidenceOf, nameOf, type SourceVersion } from '../source/sim-source.ts';
import { note, report, type World } from '../source/world.ts';
import type { Ledger } from './ledger.ts';
import { stateOf } from './state-of.ts';

type Rows = Map<string, RowProperties>;

export interface IndexWatch {
  /** After a transaction: what it leads to, and what leads to what it shows. */
  onApplied(ledger: Ledger, changes: readonly AppliedChange[]): void;
}

/** An incident and what it can be found by say the same after every transaction. */
export function watchIndex(world: World): IndexWatch {
  const byIncident = new Map<string, Rows>();
  for (const { rowKey, properties } of world.table.rows())
    if (rowKey.startsWith('E!')) keep(byIncident, rowKey, properties);
  return {
    onApplied: (ledger, changes) => {
      const touched = new Set<string>();
      for (const { rowKey, before, after } of changes) {
        if (!rowKey.startsWith('E!') && !rowKey.startsWith('I!')) continue;
        touched.add(String((after ?? before)?.['incidentId']));
        if (rowKey.startsWith('E!')) keep(byIncident, rowKey, after, before);
      }
      // An erasure takes what leads to an incident before the incident: of a customer that is being erased nothing is searched.
      if (isErased(world, ledger)) return;
      for (const incidentId of touched) checkIncident(world, ledger, incidentId, byIncident);
    },
  };
}

function isErased(world: World, { shard, tenant }: Ledger): boolean {
  const row = world.table.get(shard, stateKey(tenant.tenantId));
  return row === undefined || stateOf(row.properties).status === 'purging';
}

const incidentOf = (row: RowProperties | undefined): string =>
  `${String(row?.['tenantId'])}|${String(row?.['incidentId'])}`;

function keep(
  byIncident: Map<string, Rows>,
  rowKey: string,
  after: RowProperties | undefined,
  before: RowProperties | undefined = after,
): void {
  const key = incidentOf(after ?? before);
  const rows = byIncident.get(key) ?? new Map<string, RowProperties>();
  if (after === undefined) rows.delete(rowKey);
  else rows.set(rowKey, after);
  byIncident.set(key, rows);
}

function checkIncident(world: World, ledger: Ledger, incidentId: string, byIncident: ReadonlyMap<string, Rows>): void {
  const { tenantId } = ledger.tenant;
  const own = world.table.get(ledger.shard, incidentKey(tenantId, incidentId))?.properties;
  const rows = byIncident.get(incidentOf({ tenantId, incidentId })) ?? new Map<string, RowProperties>();
  const seen = believed(tenantId, own, rows);
  if (own === undefined || own['expiring'] === true) {
    if (seen.size > 0) report(world, `${[...seen.keys()][0]} leads to no incident`);
    return;
  }
  const version = ledger.tenant.byHash(String(own['contentHash']).replace(/^missing-/, ''));
  // Of a version whose alerts were not all told nobody knows yet what leads to it.
  if (version === undefined || own['alertsCount'] === undefined) return;
  const shown = [...seen.values()].flatMap(entriesOf).sort();
  const expected = truthOf(tenantId, version);
  if (expected.length > 90) note(world, 'wide index');
  if (shown.join() !== expected.join())
    report(world, `incident ${incidentId} is found by ${shown.join(', ')} instead of ${expected.join(', ')}`);
  for (const [rowKey, row] of seen)
    if (row['isWide'] !== true && (row['status'] !== own['status'] || row['name'] !== own['name']))
      report(world, `${rowKey} shows another version than its incident`);
}

/** What a reader believes: rows that speak for themselves, and those that the incident's own row names. */
function believed(tenantId: Ledger['tenant']['tenantId'], own: RowProperties | undefined, rows: Rows): Rows {
  if (![...rows.values()].some(({ isWide }) => isWide === true)) return rows;
  const index = own === undefined || own['expiring'] === true ? undefined : unpackIndex(binaryColumn(own, 'index'));
  const named = new Set(index === undefined ? [] : indexKeysOf(tenantId, String(own?.['incidentId']), index));
  return new Map([...rows].filter(([rowKey, row]) => row['isWide'] !== true || named.has(rowKey)));
}

const entriesOf = (row: RowProperties): string[] => readMatches(row).map(({ kind, value }) => `${kind} ${value}`);

/** What the version says, told without the production code: its number, the words of its name, the addresses of its alerts. */
function truthOf(tenantId: string, version: SourceVersion): string[] {
  const name = nameOf(tenantId, version);
  const words = name.split(' ').filter((word) => word.length >= 3);
  const addresses = new Set(version.alerts.map(evidenceOf));
  return [
    `incident ${version.incidentId}`,
    ...words.map(() => `alert-title ${name}`),
    ...[...addresses].map((address) => `ip ${address}`),
  ].sort();
}
