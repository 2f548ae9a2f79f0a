import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import type { Check } from './run-checks.ts';

export interface VaultPlace {
  url: string;
  secretName: string;
  identityClientId: string | undefined;
  /** Off only for a vault that is not at one of Azure's hosts. */
  isChallengeVerified: boolean;
}

/** A certificate of the vault is read as the secret of its name. What is read is looked at for being there, and dropped. */
export function checkVault({ url, secretName, identityClientId, isChallengeVerified }: VaultPlace): Check {
  const credential =
    identityClientId === undefined
      ? new DefaultAzureCredential()
      : new ManagedIdentityCredential({ clientId: identityClientId });
  const client = new SecretClient(url, credential, { disableChallengeResourceVerification: !isChallengeVerified });
  return {
    resource: `vault ${new URL(url).hostname}`,
    cure: { role: 'Key Vault Secrets User', scope: `the vault, and ${secretName} must be in it` },
    steps: [
      {
        name: `${secretName} is read`,
        run: async () => {
          const { value = '' } = await client.getSecret(secretName);
          if (value === '') throw new Error('The secret is empty');
        },
      },
    ],
    cleanUp: () => Promise.resolve(),
  };
}
