import { AppError } from '../../errors.ts';
import type { ClientCredential, CredentialSource } from '../../ports/app-credential.ts';
import type { Clock } from '../../ports/clock.ts';
import { lazyCredential, type IdentityCredential } from '../machine/lazy-credential.ts';
import { withDeadline } from '../machine/with-deadline.ts';
import { createCachedCredential } from './cached-credential.ts';

export interface ManagedIdentityOptions {
  /** Client id of the user-assigned identity that the app trusts as a federated credential. */
  identityClientId: string;
  /** e.g. `api://AzureADTokenExchange/.default`; each cloud has its own. */
  exchangeScope: string;
  clock: Clock;
  /** Default 10 s. */
  deadlineMs?: number;
  /** Default: `ManagedIdentityCredential` of the SDK. */
  credential?: IdentityCredential;
}

const DEADLINE_MS = 10_000;
/** The platform gives out tokens of a day, and a new one itself when the old one is half used. */
const KEEP_MS = 15 * 60_000;
/** Longer than a request to Entra may take. */
const MIN_LIFE_MS = 60_000;

/** The port `CredentialSource` on a user-assigned managed identity: its token is the assertion, and there is no secret to keep. */
export function createIdentityCredential(options: ManagedIdentityOptions): CredentialSource {
  const { clock, exchangeScope, deadlineMs = DEADLINE_MS } = options;
  const identity =
    options.credential ??
    lazyCredential(
      ({ ManagedIdentityCredential }) =>
        new ManagedIdentityCredential({ clientId: options.identityClientId, retryOptions: { maxRetries: 1 } }),
    );
  const ends = new WeakMap<ClientCredential, number>();
  const lifeMs = (credential: ClientCredential): number => (ends.get(credential) ?? 0) - clock.nowMs() - MIN_LIFE_MS;
  return createCachedCredential({
    clock,
    read: async () => {
      const requested = identity.getToken(exchangeScope).catch((error: unknown) => {
        throw unavailable(options, error instanceof Error ? error.name : 'no details');
      });
      const late = (): AppError => unavailable(options, `no answer within ${deadlineMs} ms`);
      const { token, expiresOnTimestamp } = await withDeadline(requested, deadlineMs, late);
      const credential: ClientCredential = {
        kind: 'assertion',
        value: token,
        version: undefined,
        // The platform renews it: no operator has to act before a date.
        expiresAt: undefined,
        readAt: new Date(clock.nowMs()),
        problem: undefined,
      };
      ends.set(credential, expiresOnTimestamp);
      return credential;
    },
    keepMs: (credential) => Math.min(KEEP_MS, lifeMs(credential)),
    keepUnreadMs: lifeMs,
  });
}

/** The SDK's text quotes the endpoint's response, so only the kind of the failure is reported. */
function unavailable({ identityClientId }: ManagedIdentityOptions, detail: string): AppError {
  return new AppError(
    'identity-unavailable',
    `Cannot get a token of the managed identity ${identityClientId} as the platform gives none: ${detail}`,
    { action: 'Assign the user-assigned identity to the app and name its client id in PARTNER_IDENTITY_CLIENT_ID' },
  );
}
