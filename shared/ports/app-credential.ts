import type { TenantId } from '../domain/values/tenant-id.ts';
import type { AppError } from '../errors.ts';

/** The client credential: it shows Entra that a request comes from the partner's app. Never logged, stored or returned. */
export interface ClientCredential {
  readonly kind: 'secret' | 'certificate' | 'assertion';
  /** The client secret; or key and certificate in PEM, the app's own certificate first; or a managed identity's token. */
  readonly value: string;
  /** The vault's version id. */
  readonly version: string | undefined;
  /** When it ends for good unless somebody replaces it: the vault's date or the certificate's, whichever is earlier. */
  readonly expiresAt: Date | undefined;
  readonly readAt: Date;
  /** Why it could not be read again although this value is due for it. */
  readonly problem: AppError | undefined;
}

/**
 * The source of the client credential. Failures are `AppError`s with the codes `vault-…`, `certificate-unusable` and
 * `identity-unavailable`.
 */
export interface CredentialSource {
  get(): Promise<ClientCredential>;
  /** Entra refused this credential: reads it again, unless that was just done; returns the current one. */
  refresh(refused: ClientCredential): Promise<ClientCredential>;
}

export interface CredentialStatus {
  readonly expiresAt: Date | undefined;
  /** The last refusal, or failure to read the credential, without a later success. */
  readonly problem: AppError | undefined;
  /** Entra refused the app for several tenants: only one tenant now and then requests a token. */
  readonly isStopped: boolean;
}

/** The client credential, shared by everything that needs tokens. */
export interface AppCredential {
  /**
   * Lets `ask` send the credential to Entra for this tenant, and once more when Entra refuses it and a newer one exists. Fails
   * with `credential-stopped`, without a request, while the app is refused everywhere.
   */
  use<Answer>(tenantId: TenantId, ask: (clientCredential: ClientCredential) => Promise<Answer>): Promise<Answer>;
  /** `undefined` before the first use. */
  status(): CredentialStatus | undefined;
}
