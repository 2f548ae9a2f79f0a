import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../shared/errors.ts';
import { readConfig } from '../../shared/settings/config.ts';
import { PLATFORM_SETTING_NAMES, SETTING_NAMES } from '../../shared/settings/setting-names.ts';

type Env = Record<string, string | undefined>;

const CLIENT = '44444444-4444-4444-8444-444444444444';
const KEY = 'Q2FuYXJ5S2V5Q2FuYXJ5S2V5Q2FuYXJ5S2V5Q2FuYXJ5S2V5Q2FuYXJ5S2V5Q2FuYXJ5S2V5Q2FuYXJ5S2V5Q2E==';
const ENV: Env = {
  PARTNER_CLIENT_ID: CLIENT,
  KEY_VAULT_URL: 'https://partner.vault.azure.net',
  IncidentStorage: `DefaultEndpointsProtocol=https;AccountName=data;AccountKey=${KEY};EndpointSuffix=core.windows.net`,
};
const IDENTITY: Env = {
  IncidentStorage: undefined,
  IncidentStorage__tableServiceUri: 'https://data.table.core.windows.net',
  IncidentStorage__queueServiceUri: 'https://data.queue.core.windows.net/',
  IncidentStorage__credential: 'managedidentity',
  IncidentStorage__clientId: CLIENT,
};

/** The message about settings that differ from good ones by `change`. */
function problemsOf(change: Env, base: Env = ENV): string {
  try {
    readConfig({ ...base, ...change });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error).toMatchObject({ blame: 'partner', code: 'bad-settings' });
    return error.message;
  }
  return '';
}

function readDocument(name: string): string {
  return readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
}

describe('readConfig()', () => {
  test('fills in every default', () => {
    expect(readConfig(ENV)).toEqual({
      role: 'all',
      partner: {
        clientId: CLIENT,
        clientIds: { defender: CLIENT, graph: CLIENT },
        credential: {
          kind: 'secret',
          vault: {
            url: 'https://partner.vault.azure.net',
            secretName: 'partner-app-secret',
            isChallengeVerified: true,
          },
        },
      },
      cloud: 'global',
      azureCloud: 'global',
      portalUrl: 'https://security.microsoft.com',
      authorityHost: 'https://login.microsoftonline.com',
      isInstanceDiscoveryOn: true,
      tokenExchangeScope: 'api://AzureADTokenExchange/.default',
      defender: {
        url: 'https://api.security.microsoft.com',
        scope: 'https://api.security.microsoft.com/.default',
        audiences: ['https://api.security.microsoft.com', '8ee8fdad-f234-4243-8f3b-15c294843740'],
        requiredRole: 'Incident.Read.All',
      },
      graph: {
        url: 'https://graph.microsoft.com',
        scope: 'https://graph.microsoft.com/.default',
        audiences: ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000'],
        requiredRole: 'SecurityIncident.Read.All',
      },
      incidentSource: 'defender',
      storage: { kind: 'connection-string', connectionString: ENV['IncidentStorage'] },
      collection: {
        schedule: '0 */5 * * * *',
        intervalSeconds: 300,
        shortestIntervalSeconds: 300,
        initialLookbackDays: 30,
        overlapMinutes: 30,
        tenantConcurrency: 8,
        sliceSize: 25,
        quietIntervalMinutes: 5,
        reconcileDays: 7,
        retentionDays: 400,
      },
      operatorSignIn: 'keys',
      isPlatformSignInOn: false,
      publicUrl: undefined,
    });
  });

  test('is frozen through and through', () => {
    const config = readConfig(ENV);
    for (const part of [
      config,
      config.partner,
      config.partner.credential,
      config.defender.audiences,
      config.collection,
    ])
      expect(Object.isFrozen(part)).toBe(true);
  });

  test('counts a blank value as not set', () => {
    expect(readConfig({ ...ENV, OVERLAP_MINUTES: ' ', CLOUD: '' }).collection.overlapMinutes).toBe(30);
  });

  test('reports all problems in one error, each with its name, what is allowed and the current value', () => {
    const message = problemsOf({
      PARTNER_CLIENT_ID: undefined,
      CLOUD: 'mars',
      OVERLAP_MINUTES: '1e3',
      SLICE_SIZE: '26',
    });
    expect(message.split('\n')).toEqual([
      'Cannot start as 4 settings are wrong:',
      '- PARTNER_CLIENT_ID must be set to the application (client) id of the partner app: it is not set',
      '- CLOUD must be "global", "gcc", "gcc-high" or "dod": current value is "mars"',
      '- OVERLAP_MINUTES must be a whole number of minutes from 1 to 1440: current value is "1e3"',
      '- SLICE_SIZE must be a whole number of tenants from 1 to 25: current value is "26"',
    ]);
  });

  test.each([
    ['PARTNER_CLIENT_ID', 'not-a-guid'],
    ['KEY_VAULT_URL', 'http://partner.vault.azure.net'],
    ['KEY_VAULT_URL', 'partner'],
    ['AUTHORITY_HOST', 'https://login.microsoftonline.com/common'],
    ['DEFENDER_SCOPE', 'https://api.security.microsoft.com.default'],
    ['DEFENDER_SCOPE', 'https://a.example/.default https://b.example/.default'],
    ['INITIAL_LOOKBACK_DAYS', '0'],
    ['INITIAL_LOOKBACK_DAYS', '181'],
    ['TENANT_CONCURRENCY', '-1'],
    ['QUIET_INTERVAL_MINUTES', '4'],
    ['RECONCILE_DAYS', '31'],
    ['RETENTION_DAYS', '30'],
    ['OPERATOR_SIGN_IN', 'Entra'],
    ['APP_ROLE', 'both'],
    ['PUBLIC_URL', 'http://collector.example'],
    ['PUBLIC_URL', 'https://collector.example/?a=b'],
    ['COLLECT_SCHEDULE', '*/5 * * * *'],
    ['COLLECT_SCHEDULE', '0 0 0 30 2 *'],
    ['IncidentStorage__clientId', 'x'],
  ])('refuses %s=%s', (name, value) => {
    const base = name.startsWith('IncidentStorage__') ? { ...ENV, ...IDENTITY } : ENV;
    expect(problemsOf({ [name]: value }, base)).toMatch(
      new RegExp(`^Cannot start as a setting is wrong:\n- ${name} must `),
    );
  });

  test('reads from the Defender API unless another source is named, and refuses a third', () => {
    expect(readConfig({ ...ENV, INCIDENT_SOURCE: 'graph' }).incidentSource).toBe('graph');
    expect(readConfig({ ...ENV, INCIDENT_SOURCE: 'auto' }).incidentSource).toBe('auto');
    expect(problemsOf({ INCIDENT_SOURCE: 'sentinel' })).toMatch(/INCIDENT_SOURCE.*"defender".*"graph".*"auto"/);
  });

  test('never repeats what may be a secret', () => {
    const canary = 'abc8Q~Canary.Canary_Canary';
    const message = problemsOf({
      IncidentStorage: `AccountName=data;AccountKee=${KEY}`,
      PARTNER_SECRET_NAME: canary,
      PARTNER_CLIENT_ID: canary,
      KEY_VAULT_URL: `https://user:Canary@vault.example`,
      PUBLIC_URL: 'https://collector.example/api/x?code=Canary',
      CLOUD: KEY,
    });
    expect(message).toContain('6 settings are wrong');
    expect(message).not.toMatch(/canary|Q2FuYXJ5/i);
  });
});

describe('readConfig() for clouds and endpoints', () => {
  test.each([
    [
      'global',
      'login.microsoftonline.com',
      'api.security.microsoft.com',
      'graph.microsoft.com',
      'security.microsoft.com',
    ],
    [
      'gcc',
      'login.microsoftonline.com',
      'api-gcc.security.microsoft.us',
      'graph.microsoft.com',
      'security.microsoft.com',
    ],
    [
      'gcc-high',
      'login.microsoftonline.us',
      'api-gov.security.microsoft.us',
      'graph.microsoft.us',
      'security.microsoft.us',
    ],
    ['dod', 'login.microsoftonline.us', 'api-gov.security.microsoft.us', 'dod-graph.microsoft.us', 'security.apps.mil'],
  ])('knows the hosts of %s', (cloud, authority, defender, graph, portal) => {
    const config = readConfig({ ...ENV, CLOUD: cloud });
    expect(config).toMatchObject({
      authorityHost: `https://${authority}`,
      portalUrl: `https://${portal}`,
      isInstanceDiscoveryOn: true,
      defender: { url: `https://${defender}`, scope: `https://${defender}/.default` },
      graph: { url: `https://${graph}`, scope: `https://${graph}/.default` },
    });
  });

  test.each([
    ['global', {}, 'global'],
    ['gcc', {}, 'global'],
    ['gcc-high', {}, 'us-gov'],
    ['dod', {}, 'us-gov'],
    ['gcc-high', { KEY_VAULT_URL: 'https://partner.vault.azure.net' }, 'global'],
    ['global', { KEY_VAULT_URL: 'https://partner.vault.usgovcloudapi.net' }, 'us-gov'],
    ['gcc-high', { AZURE_CLOUD: 'global' }, 'global'],
  ])('for customers in %s and %j runs in %s', (cloud, change, azureCloud) => {
    const env = { ...ENV, KEY_VAULT_URL: 'https://vault.private.example', CLOUD: cloud, ...change };
    expect(readConfig(env).azureCloud).toBe(azureCloud);
  });

  test.each([
    ['KEY_VAULT_URL', 'https://partner.vault.usgovcloudapi.net', 'global'],
    ['KEY_VAULT_URL', 'https://partner.vault.azure.net', 'us-gov'],
    ['IncidentStorage__tableServiceUri', 'https://stdata.table.core.usgovcloudapi.net', 'global'],
    ['IncidentStorage__queueServiceUri', 'https://stdata.queue.core.windows.net', 'us-gov'],
  ])('refuses %s of another cloud than the one that the app runs in: %s', (name, value, azureCloud) => {
    const base: Record<string, string | undefined> = name === 'KEY_VAULT_URL' ? ENV : { ...ENV, ...IDENTITY };
    const own = { KEY_VAULT_URL: 'https://vault.private.example', [name]: value, AZURE_CLOUD: azureCloud };
    const uris =
      name === 'KEY_VAULT_URL'
        ? {}
        : {
            IncidentStorage__tableServiceUri: 'https://a.example',
            IncidentStorage__queueServiceUri: 'https://b.example',
          };
    expect(problemsOf({ ...uris, ...own }, base)).toContain(
      `- ${name} must lead to a host of AZURE_CLOUD "${azureCloud}" (`,
    );
  });

  test.each([
    ['gcc-high', 'global', true],
    ['dod', 'global', true],
    ['global', 'us-gov', true],
    ['gcc', 'us-gov', true],
    ['gcc-high', 'us-gov', false],
    ['gcc', 'global', false],
  ])(
    'a managed identity as client credential, customers in %s and the app in %s: refused is %s',
    (cloud, azureCloud, isRefused) => {
      const change = {
        CLOUD: cloud,
        AZURE_CLOUD: azureCloud,
        PARTNER_CREDENTIAL: 'federated',
        PARTNER_IDENTITY_CLIENT_ID: CLIENT,
        KEY_VAULT_URL: undefined,
      };
      const problems = problemsOf(change);
      expect(/PARTNER_CREDENTIAL must not be "federated" as .*own cloud alone/.test(problems)).toBe(isRefused);
      expect(problems === '').toBe(!isRefused);
      expect(problemsOf({ ...change, APP_ROLE: 'portal' })).toBe('');
      expect(problemsOf({ ...change, AUTHORITY_HOST: 'https://localhost:8443' })).toBe('');
    },
  );

  test('reads each source with a registration of its own where PARTNER_APPS names one', () => {
    const other = '00000000-0000-0000-0000-0000000000AB';
    const env = { ...ENV, PARTNER_CREDENTIAL: 'certificate', PARTNER_APPS: ` graph = ${other}` };
    const ids = readConfig(env).partner.clientIds;
    expect(ids).toEqual({ defender: CLIENT, graph: other.toLowerCase() });
    expect(readConfig({ ...ENV, PARTNER_APPS: `graph=${CLIENT}` }).partner.clientIds.graph).toBe(CLIENT);
    expect(problemsOf({ PARTNER_APPS: `graph=${other}` })).toMatch(
      /PARTNER_APPS must name one registration .*"secret"/,
    );
    for (const wrong of ['graph', `sentinel=${other}`, 'graph=x', `defender=${CLIENT},graph=`])
      expect(problemsOf({ PARTNER_APPS: wrong })).toMatch(/PARTNER_APPS must be a source and a GUID/);
  });

  test('sends incident links to another portal when one is named', () => {
    expect(readConfig({ ...ENV, CLOUD: 'dod', PORTAL_URL: 'https://portal.example' }).portalUrl).toBe(
      'https://portal.example',
    );
  });

  test.each(['https://api-eu.security.microsoft.com', 'https://eu.api.security.microsoft.com/'])(
    'lets tokens go to %s',
    (url) => {
      expect(readConfig({ ...ENV, DEFENDER_URL: url }).defender.url).toBe(url.replace(/\/$/, ''));
    },
  );

  test.each([
    'https://api.security.microsoft.com.evil.example',
    'https://evil.example/api.security.microsoft.com',
    'https://api.security.microsoft.com:8443',
    'https://api-gcc.security.microsoft.us',
    'http://api.security.microsoft.com',
  ])('keeps tokens from %s', (url) => {
    expect(problemsOf({ DEFENDER_URL: url })).toContain('- DEFENDER_URL must ');
    expect(problemsOf({ DEFENDER_URL: url, AUTHORITY_HOST: 'https://login.microsoftonline.com/' })).toContain(
      'DEFENDER_URL',
    );
    expect(problemsOf({ DEFENDER_URL: url, AUTHORITY_HOST: 'https://login.windows.net' })).toContain('DEFENDER_URL');
  });

  test.each([
    ['global', 'https://graph.microsoft.us'],
    ['gcc', 'https://graph.microsoft.us'],
    ['gcc-high', 'https://dod-graph.microsoft.us'],
    ['gcc-high', 'https://graph.microsoft.com'],
    ['dod', 'https://graph.microsoft.us'],
    ['global', 'https://graph.microsoft.com.evil.example'],
  ])('keeps tokens for Graph of customers in %s from %s', (cloud, url) => {
    expect(problemsOf({ CLOUD: cloud, GRAPH_URL: url })).toContain(
      `- GRAPH_URL must lead to a host of CLOUD "${cloud}" (`,
    );
  });

  test.each([
    ['gcc-high', 'https://login.microsoftonline.com', 'https://login.microsoftonline.us'],
    ['dod', 'https://eu.login.microsoft.com', 'https://login.microsoftonline.us'],
    ['gcc', 'https://login.microsoftonline.us', 'https://login.microsoftonline.com'],
    ['global', 'https://login.chinacloudapi.cn', 'https://login.microsoftonline.com'],
  ])('asks no Entra about customers in %s that does not know them: %s', (cloud, authority, own) => {
    const problems = problemsOf({ CLOUD: cloud, AUTHORITY_HOST: authority });
    expect(problems).toContain(`- AUTHORITY_HOST must be ${own}, the Entra of CLOUD "${cloud}"`);
  });

  test('takes every name of the Entra that a cloud has', () => {
    expect(problemsOf({ AUTHORITY_HOST: 'https://login.windows.net' })).toBe('');
    expect(problemsOf({ CLOUD: 'dod', AUTHORITY_HOST: 'https://login.usgovcloudapi.net' })).not.toContain(
      'AUTHORITY_HOST',
    );
  });

  test('accepts any https host beside an authority that is not Microsoft’s', () => {
    const config = readConfig({
      ...ENV,
      AUTHORITY_HOST: 'https://localhost:8443',
      DEFENDER_URL: 'https://localhost:8443/defender/',
      GRAPH_URL: 'https://localhost:8443/graph',
      KEY_VAULT_URL: 'https://localhost:8443',
      DEFENDER_SCOPE: 'api://defender/.default',
    });
    expect(config).toMatchObject({
      isInstanceDiscoveryOn: false,
      partner: { credential: { vault: { isChallengeVerified: false } } },
      defender: {
        url: 'https://localhost:8443/defender',
        audiences: ['api://defender', '8ee8fdad-f234-4243-8f3b-15c294843740'],
      },
    });
  });

  test.each([
    ['https://partner.vault.azure.net', true],
    ['https://partner.vault.usgovcloudapi.net', true],
    ['https://partner.vault.azure.net.evil.example', false],
    ['https://vault.private.example', false],
  ])('verifies the challenge of %s: %s', (url, isChallengeVerified) => {
    expect(readConfig({ ...ENV, KEY_VAULT_URL: url }).partner.credential).toMatchObject({
      vault: { isChallengeVerified },
    });
  });
});

describe('readConfig() for roles, storage and addresses', () => {
  test('gives the portal no credential and asks it for none', () => {
    expect(readConfig({ ...ENV, APP_ROLE: 'portal', KEY_VAULT_URL: undefined }).partner.credential).toBeUndefined();
    expect(readConfig({ ...ENV, APP_ROLE: 'portal' }).partner.credential).toBeUndefined();
    expect(problemsOf({ APP_ROLE: 'collector', KEY_VAULT_URL: undefined })).toContain('KEY_VAULT_URL must be set');
  });

  test('reads a certificate of the vault', () => {
    expect(readConfig({ ...ENV, PARTNER_CREDENTIAL: 'certificate' }).partner.credential).toMatchObject({
      kind: 'certificate',
      vault: { secretName: 'partner-app-secret' },
    });
  });

  test.each([
    ['global', 'api://AzureADTokenExchange/.default'],
    ['gcc', 'api://AzureADTokenExchange/.default'],
    ['gcc-high', 'api://AzureADTokenExchangeUSGov/.default'],
    ['dod', 'api://AzureADTokenExchangeUSGov/.default'],
  ])('needs an identity and no vault for a federated credential in the cloud %s', (cloud, tokenExchangeScope) => {
    const federated = { PARTNER_CREDENTIAL: 'federated', KEY_VAULT_URL: undefined, CLOUD: cloud };
    expect(problemsOf(federated)).toContain('PARTNER_IDENTITY_CLIENT_ID must be set');
    expect(readConfig({ ...ENV, ...federated, PARTNER_IDENTITY_CLIENT_ID: CLIENT })).toMatchObject({
      partner: { credential: { kind: 'federated', identityClientId: CLIENT } },
      tokenExchangeScope,
    });
  });

  test('reads service addresses with a user-assigned identity', () => {
    expect(readConfig({ ...ENV, ...IDENTITY }).storage).toEqual({
      kind: 'identity',
      tableServiceUri: 'https://data.table.core.windows.net',
      queueServiceUri: 'https://data.queue.core.windows.net',
      identityClientId: CLIENT,
    });
  });

  test.each([
    'UseDevelopmentStorage=true',
    'TableEndpoint=https://t;QueueEndpoint=https://q;SharedAccessSignature=sv=1',
  ])('accepts the connection string %s', (value) => {
    expect(readConfig({ ...ENV, IncidentStorage: value }).storage.kind).toBe('connection-string');
  });

  test.each([
    [{ IncidentStorage: undefined }, 'IncidentStorage must be set to a connection string, or'],
    [
      { IncidentStorage: 'AccountName=data' },
      'IncidentStorage must be a storage connection string with AccountName and AccountKey',
    ],
    [{ ...IDENTITY, IncidentStorage: ENV['IncidentStorage'] }, 'IncidentStorage must not be set together with'],
    [{ ...IDENTITY, IncidentStorage__queueServiceUri: undefined }, 'IncidentStorage__queueServiceUri must be set'],
    [{ ...IDENTITY, IncidentStorage__credential: 'key' }, 'IncidentStorage__credential must be "managedidentity"'],
  ])('refuses the storage settings %#', (change, problem) => {
    const message = problemsOf(change);
    expect(message).toContain(`Cannot start as a setting is wrong:\n- ${problem}`);
    expect(message).not.toContain(KEY);
  });

  test.each([
    [{ RETENTION_DAYS: '0' }, true],
    [{ RETENTION_DAYS: '31' }, true],
    [{ RETENTION_DAYS: '30' }, false],
    [{ RETENTION_DAYS: '8', INITIAL_LOOKBACK_DAYS: '1' }, false],
    [{ RETENTION_DAYS: '9', INITIAL_LOOKBACK_DAYS: '1' }, true],
  ])('lets nothing that is purged be read again: %j is accepted: %s', (change, isAccepted) => {
    expect(problemsOf(change) === '').toBe(isAccepted);
  });

  test.each([
    [{ PUBLIC_URL: 'https://collector.example/' }, 'https://collector.example'],
    [{ PUBLIC_URL: 'http://localhost:7071' }, 'http://localhost:7071'],
    [{ WEBSITE_HOSTNAME: 'collector.azurewebsites.net' }, 'https://collector.azurewebsites.net'],
    [{ WEBSITE_HOSTNAME: 'localhost:7071' }, 'http://localhost:7071'],
    [{ PUBLIC_URL: 'https://a.example', WEBSITE_HOSTNAME: 'b.example' }, 'https://a.example'],
  ])('with %j a browser sees the app at %s', (change, publicUrl) => {
    expect(readConfig({ ...ENV, ...change }).publicUrl).toBe(publicUrl);
  });

  test.each([
    ['True', true],
    ['false', false],
    [undefined, false],
  ])('with WEBSITE_AUTH_ENABLED=%s the platform signs in: %s', (value, isPlatformSignInOn) => {
    expect(readConfig({ ...ENV, WEBSITE_AUTH_ENABLED: value }).isPlatformSignInOn).toBe(isPlatformSignInOn);
  });

  test.each([undefined, 'False'])('refuses to start with sign-in by Entra when WEBSITE_AUTH_ENABLED is %s', (value) => {
    const entra = { ...ENV, OPERATOR_SIGN_IN: 'entra', WEBSITE_AUTH_ENABLED: value };
    expect(() => readConfig(entra)).toThrow(/WEBSITE_AUTH_ENABLED must be True/);
    expect(readConfig({ ...entra, APP_ROLE: 'collector' }).operatorSignIn).toBe('entra');
    expect(readConfig({ ...entra, WEBSITE_AUTH_ENABLED: 'True' }).operatorSignIn).toBe('entra');
  });
});

describe('readConfig() on telemetry', () => {
  const CONNECTION = `InstrumentationKey=${CLIENT};IngestionEndpoint=https://westeurope.in.applicationinsights.azure.com/`;
  const connected = { APPLICATIONINSIGHTS_CONNECTION_STRING: CONNECTION };

  test.each<[Env, unknown]>([
    [{}, undefined],
    [{ APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${CLIENT};Authorization=AAD` }, undefined],
    [connected, { connectionString: CONNECTION, identity: undefined }],
    [
      { ...connected, APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `Authorization=AAD; ClientId=${CLIENT}` },
      { connectionString: CONNECTION, identity: { clientId: CLIENT } },
    ],
  ])('with %j it goes to %j', (change, telemetry) => {
    expect(readConfig({ ...ENV, ...change }).telemetry).toEqual(telemetry);
  });

  test.each<[Env, RegExp]>([
    [{ APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=mine' }, /CONNECTION_STRING must have .*not shown/],
    [
      { ...connected, APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=x' },
      /AUTHENTICATION_STRING must be ClientId=…;Authorization=AAD: current value is "ClientId=x"/,
    ],
  ])('refuses %j', (change, problem) => {
    expect(problemsOf(change)).toMatch(problem);
  });
});

describe('the documents of the settings', () => {
  const documented = [...readDocument('docs/settings.md').matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name ?? '');
  const known: string[] = [...SETTING_NAMES, ...PLATFORM_SETTING_NAMES];

  test('docs/settings.md lists the settings that readConfig() reads, in the same order', () => {
    expect(documented.slice(0, known.length)).toEqual(known);
    expect(documented.slice(known.length)).toEqual([
      'FUNCTIONS_WORKER_RUNTIME',
      'AzureWebJobsStorage',
      'AZURE_CLIENT_ID',
    ]);
  });

  test('readConfig() reads exactly the settings that are listed', () => {
    const read = new Set<string>();
    const spy = (env: Env): Env =>
      new Proxy(env, {
        get: (target, name) => {
          read.add(String(name));
          return target[String(name)];
        },
      });
    readConfig(spy(ENV));
    readConfig(spy({ ...ENV, ...IDENTITY }));
    expect([...read].sort()).toEqual([...known].sort());
  });

  test('docs/settings.md gives the defaults that readConfig() uses', () => {
    const defaults = [...readDocument('docs/settings.md').matchAll(/^\| `(\w+)` +\|.*\| `([^`{}]+)` +\|$/gm)];
    expect(defaults.length).toBeGreaterThan(12);
    const env = Object.fromEntries(defaults.map(([, name, value]) => [name ?? '', value]));
    expect(readConfig({ ...ENV, ...env })).toEqual(readConfig(ENV));
  });

  test('local.settings.example.json uses known names and works', () => {
    const example: unknown = JSON.parse(readDocument('local.settings.example.json'));
    const values = readValues(example);
    expect(Object.keys(values).filter((name) => !documented.includes(name))).toEqual([]);
    expect(() => readConfig(values)).not.toThrow();
  });
});

function readValues(example: unknown): Env {
  const values: unknown = typeof example === 'object' && example !== null && 'Values' in example ? example.Values : {};
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, String(value)]));
}
