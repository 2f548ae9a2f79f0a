import { gunzipSync } from 'node:zlib';
import { isDeepStrictEqual } from 'node:util';
import type { TruthVersion } from '../../../local/simulator/state/simulator.ts';
import { readAlertRow } from '../../../shared/domain/rows/read-incident-rows.ts';
import type { TenantRecord } from '../../../shared/domain/tenants/tenant-record.ts';
import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import { toIncidentView, toListedIncident } from '../../../shared/domain/views/incident-view.ts';
import type { Findings } from './comparison.ts';
import type { ExpectedIncident, Fields } from './expected-content.ts';
import { alertName, listName, tenantListName, type VersionName } from './row-names.ts';
import type { StoredRows } from './stored-rows.ts';

/** One incident of the source, and what has to be stored of it. */
export interface Subject {
  version: TruthVersion;
  expected: ExpectedIncident;
  record: TenantRecord;
}

/** The `I!` row with all fields and the source's own JSON, the alerts, and the list rows. */
export function compareRows(
  findings: Findings,
  rows: StoredRows,
  stored: RowProperties,
  { version, expected, record }: Subject,
): void {
  const { tenantId } = record;
  const incidentId = String(expected.incident['incidentId']);
  const { displayName: tenantName, customer } = record;
  const incident: Fields = { tenantId, tenantName, customer, truncated: [], ...expected.incident };
  const view = toIncidentView(stored, record, 0n);
  findings.compareFields(`incident ${incidentId}`, view, incident);
  if (
    expected.incident['source'] === 'defender'
      ? !isSameSource(stored['sourceJson'], version.json)
      : !tellsAs(stored['sourceJson'], version, expected)
  )
    findings.add('stale', `source of incident ${incidentId}`);
  compareAlerts(findings, rows, { tenantId, incidentId, generation: stored['generation'] }, expected.alerts);
  const { comments: _c, devices: _d, users: _u, ...listed } = incident;
  const { collectedAt, firstCollectedAt } = view;
  const shown = { ...listed, collectedAt, firstCollectedAt, hash: stored['contentHash'] };
  for (const key of listKeys({ tenantId, incidentId, updatedAt: version.lastUpdateTime }, expected)) {
    const row = rows.take(key);
    const what = `list row ${key}`;
    if (row === undefined) findings.add('lost', what);
    else findings.compareFields(what, { ...toListedIncident(row, record, 0n), hash: row['contentHash'] }, shown);
  }
}

function listKeys(name: VersionName, { incident: { status } }: ExpectedIncident): string[] {
  const isOpen = status !== 'resolved' && status !== 'redirected';
  return [listName('F', name), tenantListName(name), ...(isOpen ? [listName('O', name)] : [])];
}

function isSameSource(gzip: unknown, json: string): boolean {
  if (!(gzip instanceof Uint8Array)) return false;
  return isDeepStrictEqual(JSON.parse(gunzipSync(gzip).toString('utf8')), JSON.parse(json));
}

/** Graph writes the same in other words; whose it is and how many alerts it sent can be compared all the same. */
function tellsAs(gzip: unknown, { incidentId, json }: TruthVersion, { alerts }: ExpectedIncident): boolean {
  if (!(gzip instanceof Uint8Array)) return false;
  const told = JSON.parse(gunzipSync(gzip).toString('utf8')) as { id?: unknown; alerts?: unknown[] };
  const { incidentId: sentId } = JSON.parse(json) as { incidentId?: unknown };
  return told.id === (typeof sentId === 'string' ? sentId : incidentId) && told.alerts?.length === alerts.length;
}

function compareAlerts(
  findings: Findings,
  rows: StoredRows,
  { tenantId, incidentId, generation }: { tenantId: string; incidentId: string; generation: unknown },
  expected: readonly Fields[],
): void {
  for (const alert of expected) {
    const alertId = String(alert['alertId']);
    const row = rows.take(alertName(tenantId, incidentId, Number(generation), alertId));
    if (row === undefined) findings.add('lost', `alert ${alertId} of incident ${incidentId}`);
    else findings.compareFields(`alert ${alertId}`, readAlertRow(row), alert);
  }
}
