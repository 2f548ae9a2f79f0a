import type { ProofSource } from '../../ports/app-credential.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CredentialConfig } from '../../settings/partner-settings.ts';
import { appIdentity } from '../machine/lazy-credential.ts';
import { createKeyVaultProof } from './key-vault.ts';
import { createIdentityProof } from './managed-identity.ts';

/** The source of the client credential that the settings select. Nothing is sent until it is used. */
export function openProofSource(config: CredentialConfig, tokenExchangeScope: string, clock: Clock): ProofSource {
  if (config.kind === 'federated')
    return createIdentityProof({
      identityClientId: config.identityClientId,
      exchangeScope: tokenExchangeScope,
      clock,
    });
  const { kind, vault } = config;
  return createKeyVaultProof({
    kind,
    vaultUrl: vault.url,
    secretName: vault.secretName,
    credential: appIdentity(undefined),
    verifyChallenge: vault.isChallengeVerified,
    clock,
  });
}
