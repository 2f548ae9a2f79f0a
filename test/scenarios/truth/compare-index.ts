import type { Alert, Incident } from '../../../shared/domain/incidents/incident.ts';
import { observeIncident } from '../../../shared/domain/observables/observe-incident.ts';
import { titleWords } from '../../../shared/domain/observables/other-values.ts';
import { indexKeysOf, readMatches, unpackIndex } from '../../../shared/domain/rows/stored-index.ts';
import { binaryColumn } from '../../../shared/domain/rows/row-columns.ts';
import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { Findings } from './comparison.ts';
import type { ExpectedIncident } from './expected-content.ts';
import { idPart } from './row-names.ts';
import type { StoredRows } from './stored-rows.ts';

/** The incident is found by everything that the source tells of it, and by nothing else. */
export function compareIndex(
  findings: Findings,
  rows: StoredRows,
  stored: RowProperties,
  { tenantId, expected }: { tenantId: TenantId; expected: ExpectedIncident },
): void {
  const incidentId = String(expected.incident['incidentId']);
  const index = unpackIndex(binaryColumn(stored, 'index'));
  const named = new Set(index === undefined ? [] : indexKeysOf(tenantId, incidentId, index));
  const there = rows.takeAll('E', tenantId, idPart(incidentId));
  for (const { rowKey, properties } of there) {
    if (!named.delete(rowKey)) findings.add('duplicates', rowKey);
    if (properties['isWide'] !== true && properties['status'] !== expected.incident['status'])
      findings.add('stale', `status in ${rowKey}`);
  }
  for (const rowKey of named) findings.add('lost', rowKey);
  const shown = new Set(
    there.flatMap(({ properties }) => readMatches(properties).map(({ kind, value }) => `${kind} ${value}`)),
  );
  // Both sides are made of what the scenario expects to be stored, in the shape of what is stored.
  const { found } = observeIncident(expected.incident as unknown as Incident, expected.alerts as unknown as Alert[]);
  for (const { kind, value } of found)
    if (!shown.delete(`${kind} ${value}`) && (kind !== 'alert-title' || titleWords(value).length > 0))
      findings.add('lost', `incident ${incidentId} is not found by ${kind} ${value}`);
  for (const left of shown) findings.add('duplicates', `incident ${incidentId} is found by ${left}`);
}
