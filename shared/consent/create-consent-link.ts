import { randomBytes } from 'node:crypto';
import type { LinkInput } from '../domain/consent/consent-link.ts';
import { idOfState, type ConsentRequest } from '../domain/consent/consent-request.ts';
import { approverOf, buildConsentUrl, type ConsentSettings } from '../domain/consent/consent-url.ts';
import type { NewLink } from '../domain/consent/link-view.ts';
import type { SourceChoice } from '../domain/incidents/incident.ts';
import type { TenantRecord } from '../domain/tenants/tenant-record.ts';
import { stateKey } from '../domain/rows/row-keys.ts';
import { chosenSource } from '../domain/tenants/tenant-state.ts';
import { readStateRow } from '../domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { formatTicks, TICKS_PER_HOUR } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { Table } from '../ports/table.ts';
import type { TenantControl } from '../ports/tenant-control.ts';
import type { TenantDirectory } from '../ports/tenant-directory.ts';
import type { AuditLog } from '../storing/audit.ts';
import { applyNames } from '../tenants/register-tenant.ts';
import { saveTenantRecord } from '../tenants/save-tenant-record.ts';
import { refuseReplacing, saveConsentLink, type Replacing } from './save-consent-link.ts';

export interface LinkDeps {
  requests: Table;
  /** State rows, read only. */
  incidents: Table;
  tenants: Table;
  control: TenantControl;
  directory: TenantDirectory;
  audit: AuditLog;
  consent: ConsentSettings;
  defaultSource: SourceChoice;
  onChanged(tenantId: TenantId): void;
}

/**
 * Creates a link that one administrator can use once. A link for a tenant replaces the tenant's older one and registers an
 * unknown tenant as `invited`. The state is in the URL of the response and nowhere else.
 */
export async function createConsentLink(
  deps: LinkDeps,
  input: LinkInput,
  actor: string,
  replacing: Replacing = 'allowed',
): Promise<NewLink> {
  const redirectUri = callbackUrl(deps.consent);
  const tenantId = await resolveTenant(deps.directory, input.tenant);
  // Before anything is written; the transaction at the end looks once more.
  if (tenantId !== undefined && replacing === 'refused') await refuseReplacing(deps.requests, tenantId);
  const state = randomBytes(32).toString('base64url');
  const id = idOfState(state) ?? '';
  await deps.audit.record({ actor, action: 'create-link', tenantId: tenantId ?? null, detail: id });
  if (tenantId !== undefined) await invite(deps, tenantId, input, replacing);
  const source = input.source ?? (await findChoice(deps, tenantId));
  const request = buildRequest(deps, { id, tenantId, input, source, actor });
  await saveConsentLink(deps.requests, request, replacing);
  const { style, expiresAt } = request;
  const url = buildConsentUrl(deps.consent, { style, tenantId, source, redirectUri, state });
  return { id, url, style, tenantId: tenantId ?? null, source, approver: approverOf(source), expiresAt };
}

/** What a tenant is to be read from says which roles it lacks; of a new one the setting says it. */
async function findChoice(
  { incidents, defaultSource }: LinkDeps,
  tenantId: TenantId | undefined,
): Promise<SourceChoice> {
  const row = tenantId === undefined ? undefined : await incidents.get(shardOf(tenantId), stateKey(tenantId));
  return row === undefined ? defaultSource : chosenSource(readStateRow(row.properties), defaultSource);
}

export const CALLBACK_PATH = '/api/consent/callback';

function callbackUrl({ publicUrl }: ConsentSettings): string {
  if (publicUrl !== undefined) return publicUrl + CALLBACK_PATH;
  throw new AppError(
    'public-url-missing',
    'Cannot make a consent link as PUBLIC_URL must say where a browser finds this app: it is not set',
  );
}

async function resolveTenant(directory: TenantDirectory, tenant: LinkInput['tenant']): Promise<TenantId | undefined> {
  if (tenant === undefined) return undefined;
  if ('id' in tenant) return tenant.id;
  const tenantId = await directory.find(tenant.domain);
  if (tenantId !== undefined) return tenantId;
  throw new AppError(
    'domain-not-found',
    `Cannot make a link for "tenantId" as it must be a verified domain of a tenant in this cloud: current value is "${tenant.domain}", which Entra does not know`,
  );
}

async function invite(
  { control, tenants, onChanged }: LinkDeps,
  tenantId: TenantId,
  input: LinkInput,
  replacing: Replacing,
): Promise<void> {
  const isNew = await control.invite(tenantId, input.source);
  // A known tenant keeps its names until its administrator approves.
  if (isNew)
    await saveTenantRecord(tenants, tenantId, (record) =>
      replacing === 'refused' && isNamed(record) ? record : applyNames(record, givenNames(input)),
    );
  onChanged(tenantId);
}

/** The registry may remember a tenant that collection no longer knows, such as one that was rejected. */
const isNamed = ({ displayName, customer, labels }: TenantRecord): boolean =>
  displayName !== null || customer !== null || labels.length > 0;

function givenNames({ displayName, customer, labels }: LinkInput): Parameters<typeof applyNames>[1] {
  return {
    ...(displayName !== undefined && { displayName }),
    ...(customer !== undefined && { customer }),
    ...(labels !== undefined && { labels }),
  };
}

interface RequestParts {
  id: string;
  tenantId: TenantId | undefined;
  input: LinkInput;
  source: SourceChoice;
  actor: string;
}

function buildRequest({ requests }: LinkDeps, { id, tenantId, input, source, actor }: RequestParts): ConsentRequest {
  const now = requests.serviceTime();
  return {
    id,
    status: 'open',
    style: input.style,
    tenantId,
    displayName: input.displayName ?? null,
    customer: input.customer ?? null,
    labels: input.labels ?? [],
    source,
    isOwnSource: input.source !== undefined,
    initiator: actor,
    createdAt: formatTicks(now),
    expiresAt: formatTicks(now + BigInt(input.expiresInHours) * TICKS_PER_HOUR),
    attempts: 0,
    lastRefusal: undefined,
    claimedTenantId: undefined,
    claimedAt: null,
    claimId: null,
  };
}
