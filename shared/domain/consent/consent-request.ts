import { createHash } from 'node:crypto';
import { readEntraErrorCode, type EntraErrorCode } from '../../errors/entra-errors.ts';
import { SOURCE_CHOICES, type SourceChoice } from '../incidents/incident.ts';
import { ROW_VERSION } from '../rows/incident-rows.ts';
import { numberColumn, textColumn } from '../rows/row-columns.ts';
import { buildRow } from '../rows/row-limits.ts';
import { readObject, readText } from '../values/read-value.ts';
import type { RowProperties, RowRange, StoredRow } from '../values/table-row.ts';
import { readTenantId, type TenantId } from '../values/tenant-id.ts';
import { LINK_STYLES, type LinkStyle } from './consent-link.ts';

export const REQUEST_STATUSES = ['open', 'claimed', 'done', 'withdrawn', 'replaced', 'exhausted'] as const;
/** `claimed`: an administrator approved, and the consent is being accepted. `exhausted`: too many attempts failed. */
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/** A consent link as it is stored: never the state itself, which only the link has. Times are ISO 8601 UTC. */
export interface ConsentRequest {
  /** SHA-256 of the state in hex. */
  id: string;
  status: RequestStatus;
  style: LinkStyle;
  /** The tenant that the link is bound to. */
  tenantId: TenantId | undefined;
  displayName: string | null;
  customer: string | null;
  labels: string[];
  /** The source whose role it requests. */
  source: SourceChoice;
  /** An operator named the source, so that a tenant which it registers has it as its own. */
  isOwnSource: boolean;
  initiator: string;
  createdAt: string;
  expiresAt: string;
  /** Responses without a consent. */
  attempts: number;
  /** The last of them. */
  lastRefusal: LastRefusal | undefined;
  claimedTenantId: TenantId | undefined;
  claimedAt: string | null;
  /** Identifies the claim, so that its author recognises it after a lost response. */
  claimId: string | null;
}

/** Why a response gave no consent. */
export interface LastRefusal {
  at: string;
  /** A kind of outcome, e.g. `entra-error`. */
  outcome: string;
  code: EntraErrorCode | undefined;
  /** Entra's number. */
  aadsts: number | undefined;
}

/** An error of Entra leaves a link open, but not for ever. */
export const MAX_ATTEMPTS = 10;

/**
 * Table `ConsentRequests`, one partition: rows that belong together change in one transaction. `R!` a link, `T!` the current
 * link of a tenant, `P!` a claimed link that is not finished, so that a tick finds it with one request.
 */
export const LINKS_PARTITION = 'links';
export const requestKey = (id: string): string => `R!${id}`;
export const currentLinkKey = (tenantId: TenantId): string => `T!${tenantId}`;
export const unfinishedKey = (id: string): string => `P!${id}`;
export const allRequests: RowRange = { from: 'R!', to: 'R"' };
export const allUnfinished: RowRange = { from: 'P!', to: 'P"' };

/** 32 random bytes in base64url; anything else is not worth a storage request. */
const STATE = /^[A-Za-z0-9_-]{43}$/;
const ID = /^[0-9a-f]{64}$/;

/** The id of the link with this state; `undefined` for what cannot be one. */
export function idOfState(state: string | null): string | undefined {
  return state !== null && STATE.test(state) ? createHash('sha256').update(state).digest('hex') : undefined;
}

export function isRequestId(text: string): boolean {
  return ID.test(text);
}

export function toRequestRow(request: ConsentRequest): RowProperties {
  const row = buildRow();
  row.set('v', ROW_VERSION);
  row.set('status', request.status);
  row.set('style', request.style);
  row.set('tenantId', request.tenantId ?? null);
  row.line('displayName', request.displayName);
  row.line('customer', request.customer);
  row.list('labels', request.labels);
  row.set('source', request.source);
  row.set('isOwnSource', request.isOwnSource);
  row.line('initiator', request.initiator);
  row.set('createdAt', request.createdAt);
  row.set('expiresAt', request.expiresAt);
  row.set('attempts', request.attempts);
  row.set('lastRefusal', request.lastRefusal === undefined ? null : JSON.stringify(request.lastRefusal));
  row.set('claimedTenantId', request.claimedTenantId ?? null);
  row.set('claimedAt', request.claimedAt);
  row.set('claimId', request.claimId);
  return row.finish();
}

export function readRequestRow({ rowKey, properties }: StoredRow): ConsentRequest {
  const text = (name: string): string | null => textColumn(properties, name);
  const labels: unknown = JSON.parse(text('labels') ?? '[]');
  return {
    id: rowKey.slice('R!'.length),
    // What a later version may add is at least not open.
    status: REQUEST_STATUSES.find((known) => known === text('status')) ?? 'withdrawn',
    style: LINK_STYLES.find((known) => known === text('style')) ?? 'adminconsent',
    tenantId: readTenantId(text('tenantId')),
    displayName: text('displayName'),
    customer: text('customer'),
    labels: Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : [],
    source: SOURCE_CHOICES.find((known) => known === text('source')) ?? 'defender',
    // A link from before this was kept: the setting was "defender" nearly everywhere.
    isOwnSource:
      properties['isOwnSource'] === true || (properties['isOwnSource'] === undefined && text('source') === 'graph'),
    initiator: text('initiator') ?? 'unknown',
    createdAt: text('createdAt') ?? '',
    expiresAt: text('expiresAt') ?? '',
    attempts: numberColumn(properties, 'attempts') ?? 0,
    lastRefusal: readLastRefusal(text('lastRefusal')),
    claimedTenantId: readTenantId(text('claimedTenantId')),
    claimedAt: text('claimedAt'),
    claimId: text('claimId'),
  };
}

function readLastRefusal(json: string | null): LastRefusal | undefined {
  const fields = readObject(json === null ? undefined : JSON.parse(json));
  const [at, outcome] = [readText(fields?.['at']), readText(fields?.['outcome'])];
  if (fields === undefined || at === null || outcome === null) return undefined;
  const { code, aadsts } = fields;
  return { at, outcome, code: readEntraErrorCode(code), aadsts: typeof aadsts === 'number' ? aadsts : undefined };
}

/** Both in the one form that `formatTicks` writes, which sorts as the times do. */
export function isExpired({ expiresAt }: ConsentRequest, now: string): boolean {
  return expiresAt <= now;
}
