import {
  currentLinkKey,
  isExpired,
  LINKS_PARTITION,
  readRequestRow,
  requestKey,
  toRequestRow,
  type ConsentRequest,
} from '../domain/consent/consent-request.ts';
import type { RowOperation, StoredRow } from '../domain/values/table-row.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import { AppError, hasCode } from '../errors.ts';
import type { Table } from '../ports/table.ts';
import { repeatOnRace } from '../tables/repeat-on-race.ts';

/** Whether a new link may end the tenant's open one and name a tenant that has a name, or is refused or leaves them. */
export type Replacing = 'allowed' | 'refused';

const TRIES = 5;

/** One transaction makes the new link the tenant's only one. */
export async function saveConsentLink(requests: Table, request: ConsentRequest, replacing: Replacing): Promise<void> {
  const { id, tenantId } = request;
  const insert: RowOperation = { kind: 'insert', rowKey: requestKey(id), properties: toRequestRow(request) };
  await repeatOnRace({ tries: TRIES }, async () => {
    const older = tenantId === undefined ? undefined : await findOlder(requests, tenantId, replacing);
    const operations = tenantId === undefined ? [] : replaceOlder(older, tenantId, id);
    try {
      await requests.transact(LINKS_PARTITION, [insert, ...operations]);
    } catch (error) {
      // A retry inside the SDK meets the row of our own first success; no other request has its key.
      const isOwn = hasCode(error, 'row-exists') && (await requests.get(LINKS_PARTITION, requestKey(id))) !== undefined;
      if (!isOwn) throw error;
    }
  });
}

interface OlderLink {
  /** The row that names the tenant's only link. */
  pointer: StoredRow;
  /** The link itself, unless it has ended. */
  open: StoredRow | undefined;
}

/** Throws when the tenant has a link that can still be used. */
export async function refuseReplacing(requests: Table, tenantId: TenantId): Promise<void> {
  await findOlder(requests, tenantId, 'refused');
}

/** The tenant's present link; throws when it can still be used and may not be replaced. */
async function findOlder(requests: Table, tenantId: TenantId, replacing: Replacing): Promise<OlderLink | undefined> {
  const pointer = await requests.get(LINKS_PARTITION, currentLinkKey(tenantId));
  if (pointer === undefined) return undefined;
  const row = await requests.get(LINKS_PARTITION, requestKey(String(pointer.properties['id'])));
  const link = row === undefined ? undefined : readRequestRow(row);
  if (link?.status !== 'open') return { pointer, open: undefined };
  if (replacing === 'refused' && !isExpired(link, formatTicks(requests.serviceTime()))) throw linkOpen(tenantId, link);
  return { pointer, open: row };
}

function linkOpen(tenantId: TenantId, { id, initiator, expiresAt }: ConsentRequest): AppError {
  return new AppError(
    'link-open',
    `Cannot make a link for tenant ${tenantId} by opening an address as it would end the open one: ${id} of ${initiator}, good until ${expiresAt}`,
  );
}

function replaceOlder(older: OlderLink | undefined, tenantId: TenantId, id: string): RowOperation[] {
  const rowKey = currentLinkKey(tenantId);
  if (older === undefined) return [{ kind: 'insert', rowKey, properties: { id } }];
  const pointer: RowOperation = { kind: 'replace', rowKey, properties: { id }, ifMatch: older.pointer.etag };
  if (older.open === undefined) return [pointer];
  const properties = { status: 'replaced' };
  return [pointer, { kind: 'merge', rowKey: older.open.rowKey, properties, ifMatch: older.open.etag }];
}
