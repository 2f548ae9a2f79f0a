import { stringify } from 'csv-stringify/sync';
import type { TenantView } from './tenant-view.ts';

/** What a list of customers says of one, beside what the API has. */
export interface ListedTenant {
  tenant: TenantView;
  /** How it is, in a word: `complete`, `silent`, `blind` … */
  state: string;
  /** Open incidents, and those of high severity; `null` while they are not read. */
  open: { all: number; high: number } | null;
}

const TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d{7}Z$/;

/** One row for each customer, for spreadsheets: UTC to the second, formulas disarmed. */
export function toTenantCsv(listed: readonly ListedTenant[]): string {
  const rows = listed.map((one) => toRow(one));
  return stringify(
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toCell(value)]))),
    {
      columns: Object.keys(rows[0] ?? {}).map((key) => ({ key })),
      header: true,
      bom: true,
      record_delimiter: 'windows',
      escape_formulas: true,
    },
  );
}

function toRow({ tenant, state, open }: ListedTenant): Record<string, string | number | null> {
  const { displayName, customer, tenantId, labels, status, completeThrough, lagSeconds, lastError, gaps } = tenant;
  return {
    displayName,
    customer,
    tenantId,
    labels: labels.join('; '),
    state,
    status,
    completeThrough,
    lagSeconds,
    open: open?.all ?? null,
    openHigh: open?.high ?? null,
    lastIncidentAt: tenant.lastIncidentAt,
    silentSince: state === 'silent' ? (tenant.silence?.since ?? null) : null,
    usualPauseSeconds: tenant.silence?.usualPauseSeconds ?? null,
    storedIncidents: tenant.storedIncidents,
    gaps: gaps.length,
    lastErrorCode: lastError?.code ?? null,
    lastErrorMessage: lastError?.message ?? null,
    lastErrorAction: lastError?.action ?? null,
  };
}

const toCell = (value: string | number | null): string => (value === null ? '' : String(value).replace(TIME, '$1 $2'));
