import type { Sighting } from '../domain/campaigns/campaign.ts';
import { isSignedByMicrosoft } from '../domain/campaigns/noise.ts';
import type { JsonValue } from '../domain/values/json-value.ts';
import { readAlertRow, readIncidentRow } from '../domain/rows/read-incident-rows.ts';
import { alertKey, incidentKey } from '../domain/rows/row-keys.ts';
import { shardOf } from '../domain/values/tenant-id.ts';
import type { Table } from '../ports/table.ts';

const HASHES = ['file-sha256', 'file-sha1', 'file-md5'];

/** Whether an alert says that Microsoft signed the file: Microsoft Graph does, the Defender API names no signer. At most two requests. */
export async function isMicrosoftFile(incidents: Table, sightings: readonly Sighting[]): Promise<boolean> {
  const seen = sightings.find(({ match }) => HASHES.includes(match.kind) && match.alertId !== null);
  if (seen === undefined) return false;
  const { tenantId, incidentId, match } = seen;
  const own = await incidents.get(shardOf(tenantId), incidentKey(tenantId, incidentId));
  if (own === undefined) return false;
  const { generation } = readIncidentRow(own.properties);
  const rowKey = alertKey(tenantId, incidentId, generation, match.alertId ?? '');
  const alert = await incidents.get(shardOf(tenantId), rowKey);
  const entities = alert === undefined ? [] : readAlertRow(alert.properties).entities;
  const file = entities.find((entity) => HASH_FIELDS.some((field) => isText(entity[field], match.value)));
  return isSignedByMicrosoft(signerOf(file?.['fileDetails']) ?? signerOf(file?.['imageFile']));
}

const HASH_FIELDS = ['sha256', 'sha1', 'md5'];

const isText = (field: JsonValue | undefined, value: string): boolean =>
  typeof field === 'string' && field.toLowerCase() === value;

function signerOf(details: JsonValue | undefined): string | null {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return null;
  const signer = details['signer'];
  return typeof signer === 'string' ? signer : null;
}
