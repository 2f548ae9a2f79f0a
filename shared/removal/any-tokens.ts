import type { TenantId } from '../domain/values/tenant-id.ts';
import { AppError } from '../errors.ts';
import type { CheckedToken, TenantTokens } from '../ports/tokens.ts';
import { provesNoAccess } from './probe-access.ts';

/**
 * A token of any of the sources: while one of them gives one, the app can still read the tenant. Of several refusals one that does
 * not prove the opposite is thrown, if there is any. `undefined` where there is no credential.
 */
export function anyTokens(sources: readonly TenantTokens[]): TenantTokens | undefined {
  const [first, ...others] = sources;
  if (first === undefined) return undefined;
  return {
    get: async (tenantId) => getFirst(first, others, tenantId),
    inspect: (tenantId) => first.inspect(tenantId),
    drop: (tenantId, token) => {
      for (const source of sources) source.drop(tenantId, token);
    },
  };
}

async function getFirst(
  first: TenantTokens,
  others: readonly TenantTokens[],
  tenantId: TenantId,
): Promise<CheckedToken> {
  let answer = await tryToGet(first, tenantId);
  for (const source of others) {
    if (!(answer instanceof AppError)) return answer;
    const next = await tryToGet(source, tenantId);
    answer = next instanceof AppError && !provesNoAccess(answer) ? answer : next;
  }
  if (answer instanceof AppError) throw answer;
  return answer;
}

async function tryToGet(source: TenantTokens, tenantId: TenantId): Promise<CheckedToken | AppError> {
  try {
    return await source.get(tenantId);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
