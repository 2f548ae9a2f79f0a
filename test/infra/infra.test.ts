import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../shared/settings/config.ts';
import { readCodeFacts, type CodeFacts } from './code-facts.ts';
import { checkShape } from './infra-rules.ts';
import { ROLE_IDS } from './role-table.ts';
import { listApps, readShape, SHAPES, valueAt, type App, type Shape } from './shapes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CODE = readCodeFacts();

describe('the shapes', () => {
  test('are those that docs/deploy.md offers', () => {
    expect(SHAPES).toEqual([
      'first-provisioning',
      'single-app',
      'single-app-secret-keys',
      'two-apps',
      'two-apps-certificate',
      'two-apps-secret-keys',
    ]);
  });

  test.each(SHAPES)('%s agrees with the code and with its own rules', (name) => {
    expect(checkShape(readShape(name), CODE)).toEqual([]);
  });

  test.each(SHAPES)('%s has one app for each service that its azure.yaml deploys', (name) => {
    const services = listApps(readShape(name)).map(({ service }) => service);
    expect(services.sort()).toEqual(name.startsWith('single-app') ? ['collector'] : ['collector', 'portal']);
  });

  test.each(SHAPES.filter((name) => name !== 'first-provisioning'))('%s has settings that the code accepts', (name) => {
    for (const app of listApps(readShape(name))) {
      const config = readConfig(toEnvironment(app));
      expect(config.role).toBe(app.settings['APP_ROLE']);
      expect(config.publicUrl).toMatch(/^https:/);
      expect(config.telemetry?.identity).toEqual({ clientId: CLIENT_ID });
    }
  });

  test('with the defaults collect as the code does by itself', () => {
    const [app] = listApps(readShape('two-apps-secret-keys')).filter(({ service }) => service === 'collector');
    const minimal = {
      PARTNER_CLIENT_ID: '00000000-0000-0000-0000-00000000000a',
      KEY_VAULT_URL: 'https://kv.vault.azure.net',
      IncidentStorage: 'UseDevelopmentStorage=true',
    };
    expect(readConfig(toEnvironment(app)).collection).toEqual(readConfig(minimal).collection);
  });

  test('let only the collecting app know the credential', () => {
    for (const name of SHAPES)
      for (const { settings } of listApps(readShape(name)).filter(({ service }) => service === 'portal'))
        expect(Object.keys(settings).filter((key) => /VAULT|SECRET|CREDENTIAL$|PARTNER_IDENTITY/.test(key))).toEqual(
          [],
        );
  });

  test('before the registrations are made the portal denies every address', () => {
    const portal = listApps(readShape('first-provisioning')).find(({ service }) => service === 'portal');
    expect(portal?.signIn).toBeUndefined();
    expect(valueAt(portal?.site, 'properties.siteConfig.ipSecurityRestrictionsDefaultAction')).toBe('Deny');
  });
});

const CLIENT_ID = '00000000-0000-0000-0000-00000000000c';

/** The settings as the app sees them: what only Azure knows gets an invented value. */
function toEnvironment(app: App | undefined): Record<string, string> {
  const resolve = (value: string): string => {
    if (!value.startsWith('[')) return value;
    if (/defaultHostName/.test(value)) return 'https://portal.azurewebsites.net';
    if (/Authorization=AAD/.test(value)) return `ClientId=${CLIENT_ID};Authorization=AAD`;
    if (/ConnectionString/.test(value)) return `InstrumentationKey=${CLIENT_ID}`;
    if (/AzureUSGovernment/.test(value)) return 'global';
    if (/clientId/.test(value)) return CLIENT_ID;
    return 'https://account.host.example/';
  };
  return {
    ...Object.fromEntries(Object.entries(app?.settings ?? {}).map(([name, value]) => [name, resolve(value)])),
    ...(app?.signIn !== undefined && { WEBSITE_AUTH_ENABLED: 'True' }),
    WEBSITE_HOSTNAME: 'app.azurewebsites.net',
  };
}

// Each breaks one side; a check that overlooks it would let infrastructure and code drift apart.
const BROKEN_SHAPES: readonly [name: string, problem: RegExp, breakIt: (shape: Shape) => void][] = [
  [
    'a missing role',
    /is not given: id-collector is Storage Blob Data Owner on stcollect/,
    (shape) => {
      drop(shape, /stcollect.*roleAssignments/);
    },
  ],
  [
    'another role',
    /is given: id-portal is Storage Table Data Contributor on stdata\/tables\/Incidents/,
    (shape) => {
      change(
        shape,
        /tables\/Incidents\/.*roleAssignments/,
        '76199698-9eea-4c19-bc75-cec21354c6b6',
        '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
      );
    },
  ],
  [
    'a role on the whole account',
    /is given: id-collector is Storage Table Data Contributor on stdata$/m,
    (shape) => {
      change(shape, /tables\/Incidents\/.*roleAssignments/, /\/tableServices\/default\/tables\/Incidents/g, '');
    },
  ],
  [
    'a role of the portal on the vault',
    /is given: id-portal is Key Vault Secrets User on kv/,
    (shape) => {
      change(
        shape,
        /portal.*roleAssignments|stportal/,
        'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
        '4633458b-17de-408a-b874-0445c86b69e6',
      );
      change(shape, /roleAssignments/, /Storage\/storageAccounts\/stportal/g, 'KeyVault/vaults/kv-');
    },
  ],
  [
    'a missing setting',
    /collector lacks the setting OVERLAP_MINUTES/,
    (shape) => {
      change(shape, /collector.*appsettings/, 'OVERLAP_MINUTES', 'OVERLAP');
    },
  ],
  [
    'a setting that nobody reads',
    /collector has the setting OVERLAP, which nobody reads/,
    (shape) => {
      change(shape, /collector.*appsettings/, 'OVERLAP_MINUTES', 'OVERLAP');
    },
  ],
  [
    'a connection string',
    /has IncidentStorage although it is left out/,
    (shape) => {
      change(shape, /collector.*appsettings/, 'IncidentStorage__credential', 'IncidentStorage');
    },
  ],
  [
    'the vault known to the portal',
    /portal has KEY_VAULT_URL although it is left out/,
    (shape) => {
      change(shape, /portal.*appsettings/, 'RETENTION_DAYS', 'KEY_VAULT_URL');
    },
  ],
  [
    'another queue',
    /queue collect-tenants-poison is used and not deployed/,
    (shape) => {
      change(shape, /queues\/collect-tenants-poison$/, /collect-tenants-poison/g, 'collect-tenant-poison');
    },
  ],
  [
    'another table',
    /table Tenants is used and not deployed/,
    (shape) => {
      change(shape, /tables\/Tenants$/, /Tenants/g, 'Customers');
    },
  ],
  [
    'another version of the runtime',
    /runtime is .*"22".* instead of .*"24"/,
    (shape) => {
      change(shape, /sites\/func-collector-\w+$/, '"version":"24"', '"version":"22"');
    },
  ],
  [
    'another runtime',
    /runtime is .*"nodejs".* instead of .*"node"/,
    (shape) => {
      change(shape, /sites\/func-collector-\w+$/, '"name":"node"', '"name":"nodejs"');
    },
  ],
  [
    'an open collector',
    /collector: .*DefaultAction is "Allow" instead of "Deny"/,
    (shape) => {
      change(
        shape,
        /sites\/func-collector-\w+$/,
        '"ipSecurityRestrictionsDefaultAction":"Deny"',
        '"ipSecurityRestrictionsDefaultAction":"Allow"',
      );
    },
  ],
  [
    'the partner identity at the portal',
    /portal: identities is .*id-partner/,
    (shape) => {
      change(shape, /sites\/func-portal-\w+$/, /id-portal/, 'id-partner');
    },
  ],
  [
    'one more public path',
    /public path \/api\/incidents is deployed and not used/,
    (shape) => {
      change(shape, /authsettingsV2/, '/api/openapi.json', '/api/incidents');
    },
  ],
  [
    'an issuer for all tenants',
    /the issuer is not the home tenant's/,
    (shape) => {
      change(shape, /authsettingsV2/, /'00000000-0000-0000-0000-000000000002'/, "'common'");
    },
  ],
  [
    'shared keys',
    /allowSharedKeyAccess is true/,
    (shape) => {
      change(shape, /storageAccounts\/stdata\w+$/, '"allowSharedKeyAccess":false', '"allowSharedKeyAccess":true');
    },
  ],
  [
    'an old TLS',
    /minimumTlsVersion is "TLS1_0"/,
    (shape) => {
      change(shape, /storageAccounts\/stdata\w+$/, 'TLS1_2', 'TLS1_0');
    },
  ],
  [
    'a public container',
    /publicAccess is "Blob"/,
    (shape) => {
      change(shape, /containers\/packages$/, '"None"', '"Blob"');
    },
  ],
  [
    'publishing with a password',
    /basic publishing is/,
    (shape) => {
      change(shape, /basicPublishingCredentialsPolicies\/scm/, '"allow":false', '"allow":true');
    },
  ],
  [
    'a missing lock',
    /locked is \["kv"\]/,
    (shape) => {
      drop(shape, /stdata.*locks/);
    },
  ],
  [
    'no purge protection',
    /enablePurgeProtection is absent/,
    (shape) => {
      change(shape, /vaults\/kv-\w+$/, 'enablePurgeProtection', 'enablePurge');
    },
  ],
  [
    'telemetry with a key',
    /DisableLocalAuth is false/,
    (shape) => {
      change(shape, /components\/appi/, '"DisableLocalAuth":true', '"DisableLocalAuth":false');
    },
  ],
  [
    'telemetry without an identity',
    /collector lacks the setting APPLICATIONINSIGHTS_AUTHENTICATION_STRING/,
    (shape) => {
      change(shape, /collector.*appsettings/, 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', 'APPLICATIONINSIGHTS_AUTH');
    },
  ],
  [
    'a key in a setting',
    /looks like a secret/,
    (shape) => {
      change(shape, /collector.*appsettings/, '"30"', '"[listKeys(1)]"');
    },
  ],
  [
    'a client secret in a setting',
    /looks like a secret/,
    (shape) => {
      change(shape, /collector.*appsettings/, '"30"', '"AbC8Q~dummy-value"');
    },
  ],
];

describe('checkShape()', () => {
  test.each(BROKEN_SHAPES)('finds %s in a shape', (_, problem, breakIt) => {
    const shape = readShape('two-apps');
    breakIt(shape);
    expect(checkShape(shape, CODE).join('\n')).toMatch(problem);
  });

  test.each<[string, RegExp, Partial<CodeFacts>]>([
    ['a new setting', /collector lacks the setting NEW_SETTING/, { settings: [...CODE.settings, 'NEW_SETTING'] }],
    ['a new queue', /queue new-queue is used and not deployed/, { queues: [...CODE.queues, 'new-queue'] }],
    ['a new table', /table NewTable is used and not deployed/, { tables: [...CODE.tables, 'NewTable'] }],
    ['a new public route', /public path \/api\/new is used/, { publicPaths: [...CODE.publicPaths, '/api/new'] }],
    ['another Node', /runtime is .*"24".* instead of .*"26"/, { runtime: { name: 'node', version: '26' } }],
  ])('finds %s in the code', (_, problem, changed) => {
    expect(checkShape(readShape('two-apps'), { ...CODE, ...changed }).join('\n')).toMatch(problem);
  });
});

function drop(shape: Shape, id: RegExp): void {
  const left = shape.predictedResources.filter((resource) => !id.test(resource.id));
  expect(left.length).toBeLessThan(shape.predictedResources.length);
  shape.predictedResources = left;
}

/** Replaces in the JSON of every resource whose id fits. */
function change(shape: Shape, id: RegExp, from: string | RegExp, to: string): void {
  const before = JSON.stringify(shape);
  shape.predictedResources = shape.predictedResources.map((resource) =>
    id.test(resource.id) ? (JSON.parse(JSON.stringify(resource).replace(from, to)) as typeof resource) : resource,
  );
  expect(JSON.stringify(shape)).not.toBe(before);
}

describe('infra/', () => {
  const sources = globSync('infra/**/*.bicep', { cwd: ROOT }).map(
    (path) => [path, readFileSync(join(ROOT, path), 'utf8')] as const,
  );

  test('asks for no key', () => {
    expect(sources.filter(([, text]) => /\blist(Keys|AccountSas|ServiceSas|Secrets)\b/.test(text))).toEqual([]);
  });

  test('gives rights in one file only', () => {
    const giving = sources
      .filter(([, text]) => text.includes('roleAssignments@'))
      .map(([path]) => path.replaceAll('\\', '/'));
    expect(giving).toEqual(['infra/modules/roles.bicep']);
  });

  test('writes the name of each role beside its id', () => {
    const [, roles = ''] = sources.find(([path]) => path.endsWith('roles.bicep')) ?? [];
    const named = [...roles.matchAll(/role\('([\w-]+)'\) \/\/ (.+)$/gm)].map(([, id = '', name = '']) => [name, id]);
    expect(Object.fromEntries(named)).toEqual(ROLE_IDS);
  });

  test('gives the location no default', () => {
    const [, main = ''] = sources.find(([path]) => /infra.main\.bicep$/.test(path)) ?? [];
    expect(main).toMatch(/^param location string$/m);
  });

  test('describes every parameter and output of main.bicep', () => {
    const [, main = ''] = sources.find(([path]) => /infra.main\.bicep$/.test(path)) ?? [];
    const declared = [...main.matchAll(/^(param|output) (\w+) /gm)].map(([, , name = '']) => name);
    const described = [...main.matchAll(/@description\('[^\n]+'\)\n(?:@[^\n]+\n)*(?:param|output) (\w+) /g)].map(
      ([, name = '']) => name,
    );
    expect(described).toEqual(declared);
  });
});
