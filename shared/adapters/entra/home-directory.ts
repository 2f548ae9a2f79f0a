import { toSourceFailure } from '../../domain/sources/source-failure.ts';
import type { Organization } from '../../domain/tenants/verification.ts';
import { cleanText } from '../../domain/values/clean-text.ts';
import { readObject, readText, type JsonObject } from '../../domain/values/read-value.ts';
import { readTenantId, type TenantId } from '../../domain/values/tenant-id.ts';
import { AppError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OrganizationDirectory } from '../../ports/tenant-directory.ts';
import type { CheckedToken, TenantTokens } from '../../ports/tokens.ts';
import type { HttpAnswer, HttpGet } from '../machine/http.ts';

/** In the app's own tenant; nothing is asked of a customer. */
export const HOME_ROLE = 'CrossTenantInformation.ReadBasic.All';

export interface HomeDirectoryOptions {
  /** The app's own tenant. */
  homeTenantId: TenantId;
  graphUrl: string;
  /** Of Graph, with `HOME_ROLE`. */
  tokens: TenantTokens;
  http: HttpGet;
  clock: Clock;
}

/** The port `OrganizationDirectory` on Microsoft Graph, which tells one tenant the public names of another. */
export function createHomeDirectory(options: HomeDirectoryOptions): OrganizationDirectory {
  const { homeTenantId, graphUrl, tokens, http, clock } = options;
  return {
    describe: async (tenantId) => {
      const { token } = await getHomeToken(options);
      const url = `${graphUrl}/v1.0/tenantRelationships/findTenantInformationByTenantId(tenantId='${tenantId}')`;
      const answer = await http(url, { authorization: `Bearer ${token}`, accept: 'application/json' });
      const organization = answer.status === 200 ? readOrganization(answer, tenantId) : undefined;
      if (organization !== undefined) return organization;
      if (answer.status === 401) tokens.drop(homeTenantId, token);
      if (answer.status === 401 || answer.status === 403)
        throw roleMissing(homeTenantId, `Microsoft Graph answered ${answer.status}`);
      if (answer.status === 404) throw unknownTenant(tenantId);
      const answeredAtMs = answer.dateMs ?? clock.nowMs();
      throw toSourceFailure('graph', { ...answer, answeredAtMs }, `read what tenant ${tenantId} calls itself`);
    },
  };
}

async function getHomeToken({ tokens, homeTenantId }: HomeDirectoryOptions): Promise<CheckedToken> {
  try {
    return await tokens.get(homeTenantId);
  } catch (error) {
    // What ends with the app's own tenant is not for the customer to mend.
    if (!(error instanceof AppError) || error.blame !== 'tenant') throw error;
    throw roleMissing(homeTenantId, error.missingRoles === undefined ? error.message : `its token lacks ${HOME_ROLE}`);
  }
}

const MAX_CHARS = 256;

function readOrganization({ bodyText }: HttpAnswer, tenantId: TenantId): Organization | undefined {
  const body = readObject(parse(bodyText));
  if (body === undefined || readTenantId(body['tenantId']) !== tenantId) return undefined;
  return {
    displayName: readName(body, 'displayName'),
    defaultDomain: readName(body, 'defaultDomainName'),
    brandName: readName(body, 'federationBrandName'),
  };
}

function readName(body: JsonObject, key: string): string | null {
  const text = cleanText((readText(body[key]) ?? '').trim()).slice(0, MAX_CHARS);
  return text === '' ? null : text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function roleMissing(homeTenantId: TenantId, reason: string): AppError {
  return new AppError(
    'home-role-missing',
    `Cannot read the names of other organisations in the app's own tenant ${homeTenantId}: ${reason}`,
    { missingRoles: [HOME_ROLE] },
  );
}

function unknownTenant(tenantId: TenantId): AppError {
  return new AppError(
    'tenant-not-found',
    `Cannot read what tenant ${tenantId} calls itself: Microsoft knows no such tenant`,
  );
}
