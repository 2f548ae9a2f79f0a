import { randomBytes } from 'node:crypto';
import type { AuditLog } from './audit.ts';
import type { LinkWish } from './domain/consent-link.ts';
import {
  currentLinkKey,
  idOfState,
  LINKS_PARTITION,
  readRequestRow,
  requestKey,
  toRequestRow,
  type ConsentRequest,
} from './domain/consent-request.ts';
import { buildConsentUrl, type ConsentSettings } from './domain/consent-url.ts';
import type { SourceName } from './domain/incident.ts';
import type { NewLink } from './domain/link-view.ts';
import type { RowOperation } from './domain/table-row.ts';
import type { TenantId } from './domain/tenant-id.ts';
import { formatTicks, TICKS_PER_HOUR } from './domain/ticks.ts';
import { AppError, hasCode } from './errors.ts';
import type { Table } from './ports/table.ts';
import type { TenantControl } from './ports/tenant-control.ts';
import type { TenantDirectory } from './ports/tenant-directory.ts';
import { applyNames } from './register-tenant.ts';
import { saveTenantRecord } from './save-tenant-record.ts';

export interface LinkDeps {
  requests: Table;
  tenants: Table;
  control: TenantControl;
  directory: TenantDirectory;
  audit: AuditLog;
  consent: ConsentSettings;
  defaultSource: SourceName;
  onChanged(tenantId: TenantId): void;
}

/**
 * Makes a link that one administrator can use once. A link for a tenant replaces the tenant's older one and registers a tenant
 * that nobody knows as `invited`. The state is in the answer's URL and nowhere else.
 */
export async function createConsentLink(deps: LinkDeps, wish: LinkWish, actor: string): Promise<NewLink> {
  const redirectUri = callbackUrl(deps.consent);
  const tenantId = await resolveTenant(deps.directory, wish.tenant);
  const state = randomBytes(32).toString('base64url');
  const id = idOfState(state) ?? '';
  await deps.audit.record({ actor, action: 'create-link', tenantId: tenantId ?? null, detail: id });
  if (tenantId !== undefined) await invite(deps, tenantId, wish);
  const request = buildRequest(deps, { id, tenantId, wish, actor });
  await saveRequest(deps.requests, request);
  const { style, source, expiresAt } = request;
  const url = buildConsentUrl(deps.consent, { style, tenantId, source, redirectUri, state });
  return { id, url, style, tenantId: tenantId ?? null, expiresAt };
}

export const CALLBACK_PATH = '/api/consent/callback';

function callbackUrl({ publicUrl }: ConsentSettings): string {
  if (publicUrl !== undefined) return publicUrl + CALLBACK_PATH;
  throw new AppError(
    'partner',
    'public-url-missing',
    'Cannot make a consent link as PUBLIC_URL must say where a browser finds this app: it is not set',
    { action: 'Set PUBLIC_URL, and register {PUBLIC_URL}/api/consent/callback as a redirect URI of the partner app' },
  );
}

async function resolveTenant(directory: TenantDirectory, tenant: LinkWish['tenant']): Promise<TenantId | undefined> {
  if (tenant === undefined) return undefined;
  if ('id' in tenant) return tenant.id;
  const tenantId = await directory.find(tenant.domain);
  if (tenantId !== undefined) return tenantId;
  throw new AppError(
    'caller',
    'domain-not-found',
    `Cannot make a link for "tenantId" as it must be a verified domain of a tenant in this cloud: current value is "${tenant.domain}", which Entra does not know`,
    { action: "Give the tenant's id (GUID) or one of its verified domains, such as contoso.onmicrosoft.com" },
  );
}

async function invite({ control, tenants, onChanged }: LinkDeps, tenantId: TenantId, wish: LinkWish): Promise<void> {
  const isNew = await control.invite(tenantId, wish.source);
  // A known tenant keeps its names until its administrator approves.
  if (isNew) await saveTenantRecord(tenants, tenantId, (record) => applyNames(record, givenNames(wish)));
  onChanged(tenantId);
}

function givenNames({ displayName, customer, labels }: LinkWish): Parameters<typeof applyNames>[1] {
  return {
    ...(displayName !== undefined && { displayName }),
    ...(customer !== undefined && { customer }),
    ...(labels !== undefined && { labels }),
  };
}

interface RequestParts {
  id: string;
  tenantId: TenantId | undefined;
  wish: LinkWish;
  actor: string;
}

function buildRequest(
  { requests, defaultSource }: LinkDeps,
  { id, tenantId, wish, actor }: RequestParts,
): ConsentRequest {
  const now = requests.serviceTime();
  return {
    id,
    status: 'open',
    style: wish.style,
    tenantId,
    displayName: wish.displayName ?? null,
    customer: wish.customer ?? null,
    labels: wish.labels ?? [],
    source: wish.source ?? defaultSource,
    initiator: actor,
    createdAt: formatTicks(now),
    expiresAt: formatTicks(now + BigInt(wish.expiresInHours) * TICKS_PER_HOUR),
    attempts: 0,
    lastRefusal: undefined,
    claimedTenantId: undefined,
    claimedAt: null,
    claimId: null,
  };
}

const TRIES = 5;

/** One transaction makes the new link the tenant's only one. */
async function saveRequest(requests: Table, request: ConsentRequest): Promise<void> {
  const { id, tenantId } = request;
  const insert: RowOperation = { kind: 'insert', rowKey: requestKey(id), properties: toRequestRow(request) };
  for (let attempt = 1; ; attempt++) {
    try {
      const replacing = tenantId === undefined ? [] : await replaceOlder(requests, tenantId, id);
      await requests.transact(LINKS_PARTITION, [insert, ...replacing]);
      return;
    } catch (error) {
      // A repeat inside the SDK meets the row of our own first success; its key is nobody else's.
      if (hasCode(error, 'row-exists') && (await requests.get(LINKS_PARTITION, requestKey(id))) !== undefined) return;
      const isRace = ['row-exists', 'row-missing', 'precondition-failed'].some((code) => hasCode(error, code));
      if (!isRace || attempt === TRIES) throw error;
    }
  }
}

async function replaceOlder(requests: Table, tenantId: TenantId, id: string): Promise<RowOperation[]> {
  const rowKey = currentLinkKey(tenantId);
  const current = await requests.get(LINKS_PARTITION, rowKey);
  if (current === undefined) return [{ kind: 'insert', rowKey, properties: { id } }];
  const pointer: RowOperation = { kind: 'replace', rowKey, properties: { id }, ifMatch: current.etag };
  const older = await requests.get(LINKS_PARTITION, requestKey(String(current.properties['id'])));
  if (older === undefined || readRequestRow(older).status !== 'open') return [pointer];
  const properties = { status: 'replaced' };
  return [pointer, { kind: 'merge', rowKey: older.rowKey, properties, ifMatch: older.etag }];
}
