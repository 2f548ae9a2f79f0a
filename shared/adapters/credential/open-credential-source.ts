import type { CredentialSource } from '../../ports/app-credential.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CredentialConfig } from '../../settings/partner-settings.ts';
import { appIdentity } from '../machine/lazy-credential.ts';
import { createKeyVaultCredential } from './key-vault.ts';
import { createIdentityCredential } from './managed-identity.ts';

/** The source of the client credential that the settings select. Nothing is sent until it is used. */
export function openCredentialSource(
  config: CredentialConfig,
  tokenExchangeScope: string,
  clock: Clock,
): CredentialSource {
  if (config.kind === 'federated')
    return createIdentityCredential({
      identityClientId: config.identityClientId,
      exchangeScope: tokenExchangeScope,
      clock,
    });
  const { kind, vault } = config;
  return createKeyVaultCredential({
    kind,
    vaultUrl: vault.url,
    secretName: vault.secretName,
    credential: appIdentity(undefined),
    verifyChallenge: vault.isChallengeVerified,
    clock,
  });
}
