import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
} from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fetch from 'node-fetch';
import { generate } from 'selfsigned';
import { readClaims } from '../../../local/simulator/basics/jwt.ts';
import {
  APP,
  closeTestBeds,
  CUSTOMER,
  HOME,
  readPage,
  SCOPE,
  SECRET,
  startTestBed,
  type TestBed,
} from './simulator-test-bed.ts';

const IDENTITY = '44444444-4444-4444-8444-444444444444';
const PRINCIPAL = '55555555-5555-4555-8555-555555555555';

let bed: TestBed;

// One for the file: MSAL reads the identity endpoint once per process.
beforeAll(async () => {
  bed = await startTestBed();
  bed.control.addIdentity({ clientId: IDENTITY, principalId: PRINCIPAL, tenantId: HOME });
  process.env['IDENTITY_ENDPOINT'] = bed.simulator.identityEndpoint;
  process.env['IDENTITY_HEADER'] = bed.simulator.identityHeader;
});
afterAll(closeTestBeds);
beforeEach(() => {
  bed.control.addApp({ clientId: APP, homeTenantId: HOME, secrets: [{ value: SECRET }] });
  bed.control.setConsent(CUSTOMER, true);
  bed.control.clearLog();
});

function options(): { authorityHost: string; disableInstanceDiscovery: true; retryOptions: { maxRetries: number } } {
  return { authorityHost: bed.simulator.url, disableInstanceDiscovery: true, retryOptions: { maxRetries: 0 } };
}

function vault(): SecretClient {
  return new SecretClient(bed.simulator.vaultUrl, new ManagedIdentityCredential({ clientId: IDENTITY }), {
    disableChallengeResourceVerification: true,
    retryOptions: { maxRetries: 0 },
  });
}

describe('@azure/identity', () => {
  test('gets a token that the incidents API takes', async () => {
    bed.control.addIncident(CUSTOMER, { incidentId: '7' });
    const credential = new ClientSecretCredential(HOME, APP, SECRET, {
      ...options(),
      additionallyAllowedTenants: ['*'],
    });
    const { token } = await credential.getToken(SCOPE, { tenantId: CUSTOMER });

    const response = await fetch(`${bed.simulator.url}/api/incidents`, {
      headers: { authorization: `Bearer ${token}` },
    });

    expect((await readPage(response)).ids).toEqual([7]);
    expect(bed.control.countCalls({ role: 'entra-token', tenantId: CUSTOMER, status: 200 })).toBe(1);
  });

  test.each([
    ['a wrong secret', 'no', 7000215],
    ['a missing consent', SECRET, 7000229],
  ])('shows the AADSTS number of %s', async (_, secret, number) => {
    bed.control.setConsent(CUSTOMER, false);
    if (number === 7000215) bed.control.setConsent(CUSTOMER, true);
    const failed = new ClientSecretCredential(CUSTOMER, APP, secret, options()).getToken(SCOPE);
    await expect(failed).rejects.toMatchObject({ cause: { errorNo: number } });
  });

  test('signs in with a certificate', async () => {
    const right = await generate([{ name: 'commonName', value: 'app' }], { algorithm: 'sha256' });
    const wrong = await generate([{ name: 'commonName', value: 'app' }], { algorithm: 'sha256' });
    bed.control.addApp({ clientId: APP, homeTenantId: HOME, certificates: [right.cert] });
    const signIn = (pem: { cert: string; private: string }): Promise<{ token: string }> =>
      new ClientCertificateCredential(
        CUSTOMER,
        APP,
        { certificate: `${pem.private}\n${pem.cert}` },
        options(),
      ).getToken(SCOPE);

    expect(readClaims((await signIn(right)).token)).toMatchObject({ tid: CUSTOMER, appidacr: '2' });
    await expect(signIn(wrong)).rejects.toMatchObject({ cause: { errorNo: 700027 } });
  });

  test('signs in with a managed identity as a federated credential', async () => {
    bed.control.addApp({ clientId: APP, homeTenantId: HOME, federatedCredentials: [{ subject: PRINCIPAL }] });
    const identity = new ManagedIdentityCredential({ clientId: IDENTITY });
    const assertion = async (): Promise<string> =>
      (await identity.getToken('api://AzureADTokenExchange/.default')).token;
    const signIn = (): Promise<{ token: string }> =>
      new ClientAssertionCredential(CUSTOMER, APP, assertion, options()).getToken(SCOPE);

    expect(readClaims((await signIn()).token)).toMatchObject({ tid: CUSTOMER, appid: APP });
    bed.control.addApp({ clientId: APP, homeTenantId: HOME, federatedCredentials: [{ subject: CUSTOMER }] });
    await expect(signIn()).rejects.toMatchObject({ cause: { errorNo: 700213 } });
  });

  test('is refused by the identity endpoint without its header or with an unknown client id', async () => {
    const resource = 'api-version=2019-08-01&resource=https://vault.azure.net';
    const { identityEndpoint, identityHeader } = bed.simulator;
    const without = await fetch(`${identityEndpoint}?${resource}`);
    const unknown = await fetch(`${identityEndpoint}?${resource}&client_id=${APP}`, {
      headers: { 'x-identity-header': identityHeader },
    });
    expect([without.status, unknown.status]).toEqual([401, 400]);
  });
});

describe('@azure/keyvault-secrets', () => {
  test('reads the newest version of a secret, whichever way the app signs in', async () => {
    bed.control.setSecret('partner-app-secret', 'first', { expiresAt: '2999-01-01T00:00:00Z' });
    const client = vault();
    const first = await client.getSecret('partner-app-secret');
    bed.control.setSecret('partner-app-secret', 'second');

    expect(first).toMatchObject({ value: 'first', properties: { enabled: true, expiresOn: new Date('2999-01-01') } });
    expect((await client.getSecret('partner-app-secret')).value).toBe('second');
    expect((await client.getSecret('partner-app-secret', { version: first.properties.version ?? '' })).value).toBe(
      'first',
    );
    expect(bed.control.countCalls({ role: 'vault', status: 401 })).toBe(1);

    const credential = new ClientSecretCredential(HOME, APP, SECRET, options());
    const other = new SecretClient(bed.simulator.vaultUrl, credential, { disableChallengeResourceVerification: true });
    expect((await other.getSecret('partner-app-secret')).value).toBe('second');
  });

  test('is told what is wrong', async () => {
    bed.control.setSecret('disabled', 'x', { isEnabled: false });
    await expect(vault().getSecret('missing')).rejects.toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
    await expect(vault().getSecret('disabled')).rejects.toMatchObject({ statusCode: 403, code: 'Forbidden' });

    bed.fault({
      name: 'busy',
      match: { role: 'vault', from: 2 },
      times: 1,
      fault: { kind: 'throttle', form: 'header-seconds', seconds: 1 },
    });
    await expect(vault().getSecret('missing')).rejects.toMatchObject({ statusCode: 429 });
    bed.control.setVaultReaders([APP]);
    await expect(vault().getSecret('disabled')).rejects.toMatchObject({ statusCode: 403 });
  });
});
