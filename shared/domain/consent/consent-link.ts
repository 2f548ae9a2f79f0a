import { AppError } from '../../errors.ts';
import type { SourceChoice } from '../incidents/incident.ts';
import { badValue, readQueryParameters } from '../requests/query-parameters.ts';
import { badProperty, readLabels, readName, readSource, readStrictBody } from '../requests/strict-body.ts';
import { readTenantId, type TenantId } from '../values/tenant-id.ts';

export const LINK_STYLES = ['adminconsent', 'authorize'] as const;
/** Entra's admin-consent page, or the sign-in form that Microsoft's partner document has. */
export type LinkStyle = (typeof LINK_STYLES)[number];

/** What a new consent link is to be. */
export interface LinkInput {
  /** What it is bound to: a tenant, or the tenant behind a verified domain. Absent: any tenant whose administrator approves. */
  tenant: { id: TenantId } | { domain: string } | undefined;
  displayName: string | null | undefined;
  customer: string | null | undefined;
  labels: string[] | undefined;
  source: SourceChoice | undefined;
  expiresInHours: number;
  style: LinkStyle;
}

interface LinkBody {
  tenantId: NonNullable<LinkInput['tenant']>;
  displayName: string | null;
  customer: string | null;
  labels: string[];
  source: SourceChoice;
  expiresInHours: number;
  style: LinkStyle;
}

const HOURS = { min: 1, max: 720, fallback: 168 };
/** At least two labels: `common`, `organizations` and the like are no tenant's. */
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** The body of `POST /consent-links`. */
export function readLinkInput(body: unknown): LinkInput {
  const given = readStrictBody<LinkBody>(body, {
    tenantId: readTenant,
    displayName: readName,
    customer: readName,
    labels: readLabels,
    source: readSource,
    expiresInHours: readHours,
    style: readStyle,
  });
  const { style = 'adminconsent', expiresInHours = HOURS.fallback, tenantId: tenant } = given;
  if (style === 'authorize' && tenant === undefined)
    throw badProperty(
      'tenantId',
      tenant,
      'it must be a tenant id (GUID) or a verified domain with style "authorize", whose answer does not say who approved',
    );
  const { displayName, customer, labels, source } = given;
  return { tenant, displayName, customer, labels, source, expiresInHours, style };
}

export const LINK_PARAMETERS = [
  'tenantId',
  'displayName',
  'customer',
  'labels',
  'source',
  'expiresInHours',
  'style',
  'redirect',
] as const;

/** The same in the query of `GET /consent-links/new`, labels separated by commas. */
export function readLinkQuery(
  query: Iterable<[string, string]>,
  signIn: 'keys' | 'entra',
): { input: LinkInput; isRedirect: boolean } {
  const { text, flag } = readQueryParameters(query, LINK_PARAMETERS);
  const isRedirect = flag('redirect') ?? false;
  if (isRedirect && signIn !== 'entra')
    throw badValue(
      'redirect',
      'true',
      'it is allowed with OPERATOR_SIGN_IN "entra" only: a pasted link must not carry a key',
    );
  const [labels, hours] = [text('labels'), text('expiresInHours')];
  const texts = ['tenantId', 'displayName', 'customer', 'source', 'style'].map((name) => [name, text(name)] as const);
  const body = Object.fromEntries(texts.filter(([, value]) => value !== undefined));
  try {
    const input = readLinkInput({
      ...body,
      ...(labels !== undefined && { labels: labels.split(',') }),
      ...(hours !== undefined && { expiresInHours: /^\d{1,9}$/.test(hours) ? Number(hours) : hours }),
    });
    return { input, isRedirect };
  } catch (error) {
    throw error instanceof AppError && error.code === 'bad-body' ? asParameter(error) : error;
  }
}

function asParameter({ message }: AppError): AppError {
  return new AppError('bad-parameter', message.replace('read property', 'read parameter'));
}

function readTenant(name: string, value: unknown): NonNullable<LinkInput['tenant']> {
  const id = readTenantId(value);
  if (id !== undefined) return { id };
  const domain = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (!DOMAIN.test(domain)) throw badProperty(name, value, 'it must be a tenant id (GUID) or a verified domain');
  return { domain };
}

function readHours(name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < HOURS.min || value > HOURS.max)
    throw badProperty(name, value, `it must be a whole number of hours from ${HOURS.min} to ${HOURS.max}`);
  return value;
}

function readStyle(name: string, value: unknown): LinkStyle {
  const style = LINK_STYLES.find((known) => known === value);
  if (style === undefined) throw badProperty(name, value, `it must be ${LINK_STYLES.join(' or ')}`);
  return style;
}
