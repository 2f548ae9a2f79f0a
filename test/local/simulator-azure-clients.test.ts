import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ClientSecretCredential, ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import fetch from 'node-fetch';
import { trustLocalCa } from '../../local/certificates.ts';
import type { Simulator } from '../../local/simulator/simulator.ts';
import { startSimulator } from '../../local/simulator/start-simulator.ts';

const HOME = '11111111-1111-4111-8111-111111111111';
const CUSTOMER = '22222222-2222-4222-8222-222222222222';
const APP = '33333333-3333-4333-8333-333333333333';
const SCOPE = 'https://api.security.microsoft.com/.default';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
  trustLocalCa(simulator.caPem);
  const { control } = simulator;
  control.addTenant({ tenantId: HOME, domain: 'partner.example' });
  control.addTenant({ tenantId: CUSTOMER, domain: 'northwind.example' });
  control.addApp({ clientId: APP, homeTenantId: HOME, secrets: [{ value: 'right-secret' }] });
  control.addIdentity({ clientId: APP, principalId: '44444444-4444-4444-8444-444444444444', tenantId: HOME });
  control.setSecret('partner-app-secret', 'right-secret');
});

afterAll(() => simulator.close());

function credential(secret = 'right-secret', tenantId = CUSTOMER): ClientSecretCredential {
  return new ClientSecretCredential(tenantId, APP, secret, {
    authorityHost: simulator.url,
    disableInstanceDiscovery: true,
    additionallyAllowedTenants: ['*'],
    retryOptions: { maxRetries: 0 },
  });
}

describe('the real Azure clients', () => {
  test('get a token and read incidents with it', async () => {
    const { token } = await credential().getToken(SCOPE);
    simulator.control.addIncident(CUSTOMER);
    const response = await fetch(`${simulator.url}/api/incidents`, { headers: { authorization: `Bearer ${token}` } });
    const body: unknown = await response.json();
    expect(response.status).toBe(200);
    expect(body).toMatchObject({ value: [{ incidentId: 100001, alerts: [{ incidentId: 100001 }] }] });
  });

  test('read a secret from the vault', async () => {
    const client = new SecretClient(simulator.vaultUrl, credential(), { disableChallengeResourceVerification: true });
    expect((await client.getSecret('partner-app-secret')).value).toBe('right-secret');
  });

  test('get a token of the managed identity', async () => {
    process.env['IDENTITY_ENDPOINT'] = simulator.identityEndpoint;
    process.env['IDENTITY_HEADER'] = simulator.identityHeader;
    const { token } = await new ManagedIdentityCredential({ clientId: APP }).getToken(
      'https://vault.azure.net/.default',
    );
    expect(token).toContain('.');
  });
});
