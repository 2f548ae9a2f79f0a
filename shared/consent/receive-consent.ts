import { randomUUID } from 'node:crypto';
import { answeredTenant, type ConsentAnswer } from '../domain/consent/consent-answer.ts';
import type { ConsentOutcome } from '../domain/consent/consent-outcome.ts';
import {
  idOfState,
  isExpired,
  LINKS_PARTITION,
  MAX_ATTEMPTS,
  readRequestRow,
  requestKey,
  toRequestRow,
  unfinishedKey,
  type ConsentRequest,
  type LastRefusal,
} from '../domain/consent/consent-request.ts';
import { stateKey } from '../domain/rows/row-keys.ts';
import { readStateRow } from '../domain/tenants/tenant-state-row.ts';
import type { StoredRow } from '../domain/values/table-row.ts';
import { shardOf } from '../domain/values/tenant-id.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import { shownStatus } from '../domain/views/tenant-view.ts';
import { hasCode, isRace } from '../errors.ts';
import type { Table } from '../ports/table.ts';
import { finishConsent, ofVisitor, type FinishDeps } from './finish-consent.ts';

export interface ConsentDeps extends FinishDeps {
  incidents: Table;
  /** How long a visitor waits while Entra spreads the consent. */
  timeoutMs: number;
}

const TRIES = 6;
/** Another request was faster, or the response to our own success was lost: the row shows which. */
const isClaimUnsure = (error: unknown): boolean => isRace(error) || hasCode(error, 'storage-unclear');

/**
 * A browser comes back from Entra. The one success of a link is its claim, a transaction on the link's own row; whatever stops
 * the rest, a later tick goes on from there. An unknown state costs one point read at most.
 */
export async function receiveConsent(deps: ConsentDeps, answer: ConsentAnswer): Promise<ConsentOutcome> {
  const claimId = randomUUID();
  for (let attempt = 1; ; attempt++) {
    const row = await findRequest(deps, answer.state);
    const request = row === undefined ? undefined : readRequestRow(row);
    if (answer.refusal !== undefined) return keepOpen(deps, row, answer.refusal);
    if (row === undefined || request === undefined) return { kind: 'unknown-link' };
    if (request.claimId === claimId) return finishConsent(deps, request, deps.timeoutMs);
    const refusal = await checkRequest(deps, request, answer);
    if (refusal !== undefined) return refusal.isAttempt ? keepOpen(deps, row, refusal.outcome) : refusal.outcome;
    const claimed = toClaimed(deps, request, answer, claimId);
    if (await claim(deps, row, claimed, attempt === TRIES)) return finishConsent(deps, claimed, deps.timeoutMs);
  }
}

async function findRequest({ requests }: ConsentDeps, state: string | null): Promise<StoredRow | undefined> {
  const id = idOfState(state);
  return id === undefined ? undefined : requests.get(LINKS_PARTITION, requestKey(id));
}

interface Refusal {
  outcome: ConsentOutcome;
  /** It could have been a consent and was none: a link allows a limited number of attempts. */
  isAttempt: boolean;
}

async function checkRequest(
  deps: ConsentDeps,
  request: ConsentRequest,
  answer: ConsentAnswer,
): Promise<Refusal | undefined> {
  const { status, tenantId: expected } = request;
  if (status !== 'open') return { outcome: await closedOutcome(deps, request, answer), isAttempt: false };
  if (isExpired(request, formatTicks(deps.requests.serviceTime())))
    return { outcome: { kind: 'expired' }, isAttempt: false };
  const tenantId = answeredTenant(request, answer);
  if (tenantId === undefined) return { outcome: { kind: 'incomplete' }, isAttempt: true };
  if (expected === undefined || expected === tenantId) return undefined;
  await deps.audit.record({ ...ofVisitor(request), action: 'consent-refused', tenantId, detail: 'other-tenant' });
  return { outcome: { kind: 'other-tenant' }, isAttempt: true };
}

/** A link that can no longer be used says so; to the tenant that used it, also the state of its connection. */
async function closedOutcome(
  { incidents }: ConsentDeps,
  { status, claimedTenantId, style }: ConsentRequest,
  { tenantId, hasCode: isAuthorized }: ConsentAnswer,
): Promise<ConsentOutcome> {
  if (status === 'exhausted') return { kind: 'too-many-attempts' };
  if (status === 'withdrawn' || status === 'replaced') return { kind: 'withdrawn' };
  const isSame = style === 'authorize' ? isAuthorized : tenantId === claimedTenantId;
  if (claimedTenantId === undefined || !isSame) return { kind: 'used', status: undefined };
  const row = await incidents.get(shardOf(claimedTenantId), stateKey(claimedTenantId));
  return { kind: 'used', status: row === undefined ? undefined : shownStatus(readStateRow(row.properties)) };
}

/** The link stays good for another try, but not for ever. Of attempts at the same moment some may go uncounted. */
async function keepOpen(
  { requests }: ConsentDeps,
  row: StoredRow | undefined,
  outcome: ConsentOutcome,
): Promise<ConsentOutcome> {
  if (row === undefined || readRequestRow(row).status !== 'open') return outcome;
  const attempts = readRequestRow(row).attempts + 1;
  const lastRefusal = JSON.stringify(toLastRefusal(outcome, formatTicks(requests.serviceTime())));
  const properties = { attempts, lastRefusal, ...(attempts >= MAX_ATTEMPTS && { status: 'exhausted' }) };
  try {
    await requests.transact(LINKS_PARTITION, [{ kind: 'merge', rowKey: row.rowKey, properties, ifMatch: row.etag }]);
  } catch (error) {
    if (!isClaimUnsure(error)) throw error;
  }
  return outcome;
}

function toLastRefusal(outcome: ConsentOutcome, at: string): LastRefusal {
  const { code, aadsts } = 'aadsts' in outcome ? outcome : {};
  return { at, outcome: outcome.kind, code, aadsts };
}

function toClaimed(
  { requests }: ConsentDeps,
  request: ConsentRequest,
  answer: ConsentAnswer,
  claimId: string,
): ConsentRequest {
  const claimedAt = formatTicks(requests.serviceTime());
  return { ...request, status: 'claimed', claimedTenantId: answeredTenant(request, answer), claimedAt, claimId };
}

/** False when only the row can say whose the link is now. */
async function claim(
  { requests }: ConsentDeps,
  row: StoredRow,
  claimed: ConsentRequest,
  isLast: boolean,
): Promise<boolean> {
  try {
    await requests.transact(LINKS_PARTITION, [
      { kind: 'replace', rowKey: row.rowKey, properties: toRequestRow(claimed), ifMatch: row.etag },
      { kind: 'insert', rowKey: unfinishedKey(claimed.id), properties: { claimedAt: claimed.claimedAt ?? '' } },
    ]);
    return true;
  } catch (error) {
    if (isLast || !isClaimUnsure(error)) throw error;
    return false;
  }
}
