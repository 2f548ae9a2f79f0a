import type { ConsentOutcome } from '../domain/consent/consent-outcome.ts';
import {
  allUnfinished,
  LINKS_PARTITION,
  readRequestRow,
  requestKey,
  unfinishedKey,
  type ConsentRequest,
} from '../domain/consent/consent-request.ts';
import type { AuditAction, AuditEntry } from '../domain/tenants/audit-entry.ts';
import type { TenantRecord } from '../domain/tenants/tenant-record.ts';
import type { TenantStatus } from '../domain/tenants/tenant-state.ts';
import { mapLimited } from '../domain/values/map-limited.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { readTicks, TICKS_PER_HOUR } from '../domain/values/ticks.ts';
import { AppError, hasCode } from '../errors.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';
import type { ConsentResult, TenantControl } from '../ports/tenant-control.ts';
import type { AuditLog } from '../storing/audit.ts';
import { listAllRows } from '../tables/list-all-rows.ts';
import { saveTenantRecord } from '../tenants/save-tenant-record.ts';

export interface FinishDeps {
  requests: Table;
  tenants: Table;
  control: TenantControl;
  audit: AuditLog;
  onChanged(tenantId: TenantId): void;
}

/** The verification of a fresh consent ends after a day; after that nothing is reported about it. */
const GIVE_UP_AFTER = 25n * TICKS_PER_HOUR;

/**
 * Accepts a claimed consent: the tenant's state, its row in the registry, then the verification. Every step may be repeated, by
 * the next tick or at the same time, without another effect. The link stays claimed while the verification is outstanding.
 */
export async function finishConsent(
  deps: FinishDeps,
  request: ConsentRequest,
  timeoutMs: number,
): Promise<ConsentOutcome> {
  const tenantId = request.claimedTenantId;
  if (tenantId === undefined) return { kind: 'incomplete' };
  const result = await accept(deps, request, tenantId);
  if (result.kind !== 'accepted') {
    await record(deps, request, 'consent-refused', result.kind);
    await markDone(deps.requests, request.id);
    return { kind: result.kind === 'purging' ? 'being-erased' : 'already-registered' };
  }
  await saveTenantRecord(deps.tenants, tenantId, (known) => withConsent(known, request));
  deps.onChanged(tenantId);
  const verification = result.isNew ? await deps.control.prove(tenantId, timeoutMs) : undefined;
  const status = verification?.status ?? result.status;
  if (status === 'active' || verification?.isProven === true)
    await record(deps, request, 'consent-proven', status ?? '');
  if (status !== 'pending' || isOld(deps, request)) await markDone(deps.requests, request.id);
  deps.onChanged(tenantId);
  return { kind: outcomeOf(status) };
}

async function accept(deps: FinishDeps, request: ConsentRequest, tenantId: TenantId): Promise<ConsentResult> {
  const isBound = request.tenantId !== undefined;
  const row = await deps.tenants.get(shardOf(tenantId), tenantId);
  const isRemembered = row !== undefined || (await deps.audit.wasErased(tenantId));
  const wasDeleted = typeof row?.properties['deletedAt'] === 'string';
  return deps.control.acceptConsent(tenantId, {
    consentId: request.id,
    isBound,
    mayRegister: !isBound && !isRemembered,
    comesBack: isBound && wasDeleted,
    source: request.isOwnSource ? request.source : undefined,
  });
}

/**
 * Once a consent: what an operator changes afterwards is not undone by a tick. A link names only what has no name yet: whoever made
 * it may not know what the tenant is called by now.
 */
function withConsent(record: TenantRecord, { claimedAt, displayName, customer, labels }: ConsentRequest): TenantRecord {
  if (claimedAt === null || (record.consentedAt !== null && record.consentedAt >= claimedAt)) return record;
  return {
    ...record,
    displayName: record.displayName ?? displayName,
    customer: record.customer ?? customer,
    labels: record.labels.length > 0 ? record.labels : labels,
    consentedAt: claimedAt,
    deletedAt: null,
  };
}

function outcomeOf(status: TenantStatus | undefined): 'connected' | 'awaiting-approval' | 'being-set-up' {
  if (status === 'active') return 'connected';
  return status === 'awaiting-approval' ? 'awaiting-approval' : 'being-set-up';
}

/** A visitor is unknown: the audit names the link and its creator. */
export function ofVisitor({ id, initiator }: ConsentRequest): Pick<AuditEntry, 'actor'> {
  return { actor: `visitor of link ${id} by ${initiator}` };
}

async function record(
  { audit }: FinishDeps,
  request: ConsentRequest,
  action: AuditAction,
  detail: string,
): Promise<void> {
  const at = readTicks(request.claimedAt);
  await audit.record({
    ...ofVisitor(request),
    action,
    tenantId: request.claimedTenantId ?? null,
    detail,
    ...(at !== undefined && { event: { at, id: `${request.id}!${action}` } }),
  });
}

async function markDone(requests: Table, id: string): Promise<void> {
  try {
    await requests.transact(LINKS_PARTITION, [
      { kind: 'merge', rowKey: requestKey(id), properties: { status: 'done' } },
      { kind: 'delete', rowKey: unfinishedKey(id) },
    ]);
  } catch (error) {
    // Another process was faster, or the tenant's rows were erased.
    if (!hasCode(error, 'row-missing')) throw error;
  }
}

function isOld({ requests }: FinishDeps, { claimedAt }: ConsentRequest): boolean {
  const at = readTicks(claimedAt);
  return at === undefined || requests.serviceTime() - at > GIVE_UP_AFTER;
}

const AT_ONCE = 8;

/** Finishes claimed links that a crash has interrupted, and those that were verified later. One request when there are none. */
export async function finishClaimedConsents(deps: FinishDeps, log: Log): Promise<void> {
  try {
    const unfinished = await listAllRows(deps.requests, LINKS_PARTITION, allUnfinished);
    await mapLimited(unfinished, AT_ONCE, ({ rowKey }) => finishOne(deps, log, rowKey.slice('P!'.length)));
  } catch (error) {
    // Collection must not wait for it.
    logFailure(log, error);
  }
}

async function finishOne(deps: FinishDeps, log: Log, id: string): Promise<void> {
  try {
    const row = await deps.requests.get(LINKS_PARTITION, requestKey(id));
    if (row === undefined)
      await deps.requests.transact(LINKS_PARTITION, [{ kind: 'delete', rowKey: unfinishedKey(id) }]);
    else await finishConsent(deps, readRequestRow(row), 0);
  } catch (error) {
    logFailure(log, error);
  }
}

function logFailure(log: Log, error: unknown): void {
  const code = error instanceof AppError ? error.code : 'internal-error';
  log('error', 'consent_unfinished', { code, reason: error instanceof Error ? (error.stack ?? error.message) : '' });
}
