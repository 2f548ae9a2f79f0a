import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/identity';

type Identity = typeof import('@azure/identity');

/** As all credentials of that package: there is a token, or it fails. */
export interface IdentityCredential extends TokenCredential {
  getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken>;
}

/** A credential whose package, a third of all that is deployed, is loaded for its first token and not at the start. */
export function lazyCredential(open: (identity: Identity) => IdentityCredential): IdentityCredential {
  let opened: Promise<IdentityCredential> | undefined;
  return {
    getToken: async (scopes, options) => {
      opened ??= import('@azure/identity').then(open);
      return (await opened).getToken(scopes, options);
    },
  };
}

/** The app's own identity in Azure: the named one, else the default identity of the process. */
export function appIdentity(clientId: string | undefined): IdentityCredential {
  return lazyCredential(({ DefaultAzureCredential, ManagedIdentityCredential }) =>
    clientId === undefined ? new DefaultAzureCredential() : new ManagedIdentityCredential({ clientId }),
  );
}
