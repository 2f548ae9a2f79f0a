import type { CountedIncident } from '../incidents/created-counts.ts';
import type { StoredIncident } from '../incidents/stored-incident.ts';
import type { RowOperation } from '../values/table-row.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { storedListKeys } from './draft-incident-rows.ts';
import { believedIndexKeys } from './plan-index-write.ts';
import { incidentKey } from './row-keys.ts';
import { ROWS_BESIDE_FENCE } from './row-limits.ts';

/** Deletes an incident's rows in every list and in the index. */
export function planDelisting(tenantId: TenantId, stored: StoredIncident): RowOperation[] {
  if (stored.isExpiring) return [];
  const keys = [...storedListKeys(tenantId, stored), ...believedIndexKeys(tenantId, stored)];
  return keys.map((rowKey) => ({ kind: 'delete', rowKey }));
}

/** Takes an incident that is too old out of every list and out of every reader's sight; its rows are deleted afterwards. */
export function planExpiry(tenantId: TenantId, stored: StoredIncident): RowOperation[] {
  const rowKey = incidentKey(tenantId, stored.incident.incidentId);
  return [{ kind: 'merge', rowKey, properties: { expiring: true } }, ...planDelisting(tenantId, stored)];
}

/** What is known of an incident that a list shows as too old: its rows to change, and its id where it is to be deleted. */
export interface Expiry {
  incidentId: string | undefined;
  /** What is counted of it no more. */
  counted?: CountedIncident | undefined;
  rows: readonly RowOperation[];
}

/** Ids of marked incidents are in one property of the state row, together with those that an earlier run has left there. */
const MAX_ID_CHARS = 8_000;

/** As many of them, from the first on, as one transaction can hold with the state row; never none. */
export function takeExpiries(found: readonly Expiry[]): Expiry[] {
  const taken: Expiry[] = [];
  let [rows, chars] = [0, 0];
  for (const expiry of found) {
    rows += expiry.rows.length;
    chars += expiry.incidentId?.length ?? 0;
    if (taken.length > 0 && (rows > ROWS_BESIDE_FENCE || chars > MAX_ID_CHARS)) break;
    taken.push(expiry);
  }
  return taken;
}

/** A marked incident and what belongs to it; one that was updated since it was marked has nothing to delete. */
export interface Deletion {
  incidentId: string;
  /** Keys of its alerts, its history and its index rows, and at the end its own. */
  rowKeys: readonly string[];
  /** It holds values by which it is not found. */
  isLeftOut?: boolean;
}

/** One transaction: the rows it deletes, and the marked incidents that have no rows left after it. */
export interface DeletionStep {
  rows: RowOperation[];
  ended: Deletion[];
}

/** As few transactions as possible; each incident's own row is in the last one that has rows of it. */
export function planDeletions(deletions: readonly Deletion[]): DeletionStep[] {
  const steps: DeletionStep[] = [];
  let step: DeletionStep | undefined;
  for (const deletion of deletions) {
    for (const rowKey of deletion.rowKeys) {
      if (step === undefined || step.rows.length === ROWS_BESIDE_FENCE) steps.push((step = { rows: [], ended: [] }));
      step.rows.push({ kind: 'delete', rowKey });
    }
    if (step === undefined) steps.push((step = { rows: [], ended: [] }));
    step.ended.push(deletion);
  }
  return steps;
}
