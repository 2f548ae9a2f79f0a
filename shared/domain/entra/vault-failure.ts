import { AppError } from '../../errors.ts';
import type { ErrorCode } from '../../errors/error-table.ts';

export interface VaultPlace {
  vaultUrl: string;
  secretName: string;
}

const CREDENTIAL_ERRORS = [
  'CredentialUnavailableError',
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
];

/**
 * Who must act when the vault does not return the secret. `error` is what `@azure/keyvault-secrets` threw; it is no `cause` and
 * its text is not repeated, as the SDK quotes a response that it cannot parse, and the secret with it.
 */
export function toVaultFailure(error: unknown, place: VaultPlace, retryAfterMs?: number): AppError {
  if (error instanceof AppError) return error;
  const { secretName } = place;
  const status = numberOf(property(error, 'statusCode'));
  if (error instanceof Error && CREDENTIAL_ERRORS.includes(error.name))
    return vaultFailure('vault-identity-missing', place, 'the app has no identity that Entra accepts', error.name);
  if (status === 403 && innerCode(error) === 'SecretDisabled')
    return vaultFailure('vault-secret-disabled', place, `the secret ${secretName} is disabled`, 'HTTP 403');
  if (status === 401 || status === 403)
    return vaultFailure(
      'vault-forbidden',
      place,
      'the identity of the app may not read it',
      `HTTP ${status}${inBrackets(innerCode(error))}`,
    );
  if (status === 404)
    return vaultFailure('vault-secret-missing', place, `there is no secret ${secretName}`, 'HTTP 404');
  if (status !== undefined && status >= 300 && status < 500 && status !== 408 && status !== 429)
    return vaultFailure(
      'vault-refused',
      place,
      'the vault refused the request',
      `HTTP ${status}${inBrackets(property(error, 'code'))}`,
    );
  const reason = status === 200 ? 'the answer is not a secret' : 'the vault did not answer';
  const detail = status === undefined ? nameOf(error) : `HTTP ${status}`;
  return vaultFailure('vault-unavailable', place, reason, detail, retryAfterMs);
}

export type VaultErrorCode = Extract<ErrorCode, `vault-${string}`>;

export function vaultFailure(
  code: VaultErrorCode,
  { vaultUrl }: VaultPlace,
  reason: string,
  detail: string,
  retryAfterMs?: number,
): AppError {
  const message = `Cannot read the app's credential from ${vaultUrl} as ${reason}: ${detail}`;
  return new AppError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
}

/** The SDK renames the service's `innererror`. */
function innerCode(error: unknown): unknown {
  const body = property(property(error, 'details'), 'error');
  return property(property(body, 'innerError') ?? property(body, 'innererror'), 'code');
}

function nameOf(error: unknown): string {
  const code = word(property(error, 'code'));
  return code ?? word(property(error, 'name')) ?? 'no details';
}

function inBrackets(value: unknown): string {
  const text = word(value);
  return text === undefined ? '' : ` (${text})`;
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^\w{1,60}$/.test(value) ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;
}
