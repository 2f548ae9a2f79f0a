import type { ErrorKind } from './error-kind.ts';

/** The client credential, and the tokens requested with it. */
export const CREDENTIAL_ERRORS = {
  'certificate-unusable': {
    blame: 'partner',
    meaning:
      'the certificate in the vault has no exportable private key, no RSA key, or is neither PEM nor a PFX without a password',
    action: 'Make a new RSA certificate with an exportable key in the vault and register its public part with the app',
    alert: 'credential-refused',
  },
  'credential-stopped': {
    blame: 'partner',
    meaning:
      'Entra refused the app for two tenants within five minutes, so no token is requested for the others; one tenant tries at each tick, up to five where the number is ambiguous, and the run continues when one succeeds. The tenants stay due and are not marked as failed',
    action: 'Do what the message says of the last refusal',
    retriable: true,
    ends: 'waiting',
  },
  'home-role-missing': {
    blame: 'partner',
    meaning:
      'the names of organisations cannot be read as the app has no role for it in its own tenant, or PARTNER_TENANT_ID is another one',
    action:
      'Check that PARTNER_TENANT_ID is the tenant of the partner app, and have a Privileged Role Administrator there grant the app CrossTenantInformation.ReadBasic.All of Microsoft Graph (docs/onboarding.md)',
  },
  'home-tenant-not-set': {
    blame: 'partner',
    meaning: "the names of organisations cannot be read as no setting says which tenant is the app's own",
    action: 'Set PARTNER_TENANT_ID and grant the role that goes with it (docs/onboarding.md)',
  },
  'identity-unavailable': {
    blame: 'partner',
    meaning: 'the platform issued no token for the user-assigned managed identity',
    action:
      'Assign the identity that the partner app trusts to the app and name its client id in PARTNER_IDENTITY_CLIENT_ID; azd provision does both',
    retriable: true,
    alert: 'credential-refused',
  },
  'role-without-credential': {
    blame: 'partner',
    meaning: 'an app with `APP_ROLE` `portal` was asked to read incidents',
    action: 'Collect with an app whose APP_ROLE is "all" or "collector"',
  },
  'token-expired': {
    blame: 'collector',
    meaning: "a new token was already expired by this machine's clock",
    action: 'Check the clock of the machine that runs the collector',
    retriable: true,
  },
  'token-mismatch': {
    blame: 'collector',
    meaning: "Entra's token is for another tenant, another API or another app than requested; it was not used",
    action: 'Check AUTHORITY_HOST and DEFENDER_SCOPE or GRAPH_SCOPE; if they are right, report it as a bug',
  },
  'token-unreadable': {
    blame: 'microsoft',
    meaning: 'Entra issued something other than a JSON Web Token with the usual claims',
    action: 'Check AUTHORITY_HOST; if it is right, open a support case with Microsoft',
  },
  'vault-forbidden': {
    blame: 'partner',
    meaning: "Key Vault returned 401 or 403: the app's identity may not read the secret",
    action:
      'Give the identity of the app the role Key Vault Secrets User on the vault, as azd provision does, and let its network in',
    alert: 'credential-refused',
  },
  'vault-identity-missing': {
    blame: 'partner',
    meaning: 'the app has no identity that Entra accepts for reading the vault',
    action:
      'Assign the managed identity to the app and name it in AZURE_CLIENT_ID, as azd provision does; locally sign in',
    alert: 'credential-refused',
  },
  'vault-refused': {
    blame: 'partner',
    meaning: 'Key Vault refused the request with another 3xx or 4xx',
    action: 'Compare KEY_VAULT_URL and PARTNER_SECRET_NAME with the vault',
    alert: 'credential-refused',
  },
  'vault-secret-disabled': {
    blame: 'partner',
    meaning: 'the secret is disabled',
    action: 'Enable the secret in the vault or add a new version',
    alert: 'credential-refused',
  },
  'vault-secret-missing': {
    blame: 'partner',
    meaning: 'there is no such secret in the vault, or it is empty',
    action: 'Put the client secret of the partner app into the vault under the name in PARTNER_SECRET_NAME',
    alert: 'credential-refused',
  },
  'vault-unavailable': {
    blame: 'microsoft',
    meaning:
      'Key Vault failed or sent no usable response in time; a secret that was read within 24 hours is used meanwhile',
    action:
      "Nothing: it is tried again; if it lasts, look at KEY_VAULT_URL, the network and Microsoft's service health",
    retriable: true,
  },
} as const satisfies Record<string, ErrorKind>;
