import type { CodeFacts } from './code-facts.ts';
import { listRights, ROLE_IDS, type Right } from './role-table.ts';
import {
  lastOf,
  listApps,
  listOfType,
  listTexts,
  valueAt,
  withoutToken,
  type App,
  type Resource,
  type Shape,
} from './shapes.ts';

const BY_CLOUD = 'follows from CLOUD';
const NO_CREDENTIAL = 'the portal has no path to the credential';

/** Settings that a deployment leaves out on purpose. */
function leftOut({ settings }: App): Record<string, string> {
  const isPortal = settings['APP_ROLE'] === 'portal';
  const isFederated = settings['PARTNER_CREDENTIAL'] === 'federated';
  return {
    PARTNER_APPS: 'one registration reads both sources',
    AUTHORITY_HOST: BY_CLOUD,
    DEFENDER_URL: BY_CLOUD,
    PORTAL_URL: BY_CLOUD,
    DEFENDER_SCOPE: BY_CLOUD,
    GRAPH_URL: BY_CLOUD,
    GRAPH_SCOPE: BY_CLOUD,
    IncidentStorage: 'a connection string holds a key',
    ...(isPortal && { PARTNER_CREDENTIAL: NO_CREDENTIAL, PARTNER_TENANT_ID: NO_CREDENTIAL }),
    ...((isPortal || isFederated) && { KEY_VAULT_URL: NO_CREDENTIAL, PARTNER_SECRET_NAME: NO_CREDENTIAL }),
    ...((isPortal || !isFederated) && { PARTNER_IDENTITY_CLIENT_ID: NO_CREDENTIAL }),
  };
}

/** What the platform and the SDKs read themselves. */
const OF_THE_PLATFORM = [
  'APPLICATION_INSIGHTS_NO_STATSBEAT',
  'AZURE_CLIENT_ID',
  'AzureWebJobsStorage__accountName',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
  'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID',
  'WEBSITE_AUTH_AAD_ALLOWED_TENANTS',
];

/** Everything in which a shape and the code disagree, or the shape and its own rules, one sentence each. */
export function checkShape(shape: Shape, code: CodeFacts): string[] {
  return [
    ...checkNames('queue', namesOf(shape, 'Microsoft.Storage/storageAccounts/queueServices/queues'), code.queues),
    ...checkNames('table', namesOf(shape, 'Microsoft.Storage/storageAccounts/tableServices/tables'), code.tables),
    ...checkRights(shape),
    ...listApps(shape).flatMap((app) => [...checkSettings(app, code), ...checkApp(app, shape, code)]),
    ...checkStorage(shape),
    ...checkKept(shape),
    ...checkTelemetry(shape),
    ...checkSecrets(shape),
  ];
}

function namesOf(shape: Shape, type: string): string[] {
  return listOfType(shape, type).map(({ name }) => lastOf(name));
}

function checkNames(kind: string, deployed: string[], used: string[]): string[] {
  return [
    ...used.filter((name) => !deployed.includes(name)).map((name) => `${kind} ${name} is used and not deployed`),
    ...deployed.filter((name) => !used.includes(name)).map((name) => `${kind} ${name} is deployed and not used`),
  ];
}

function checkRights(shape: Shape): string[] {
  const apps = listApps(shape);
  const wanted = listRights({
    hasPortal: apps.some(({ settings }) => settings['APP_ROLE'] === 'portal'),
    hasSecret: apps.some(({ settings }) => ['secret', 'certificate'].includes(settings['PARTNER_CREDENTIAL'] ?? '')),
  }).map(describeRight);
  const given = listOfType(shape, 'Microsoft.Authorization/roleAssignments').map((assignment) =>
    describeRight(readRight(assignment)),
  );
  return [
    ...wanted.filter((right) => !given.includes(right)).map((right) => `is not given: ${right}`),
    ...given.filter((right) => !wanted.includes(right)).map((right) => `is given: ${right}`),
  ];
}

function describeRight({ principal, role, scope }: Right): string {
  return `${principal} is ${role} on ${scope}`;
}

function readRight(assignment: Resource): Right {
  const roleId = lastOf(String(valueAt(assignment, 'properties.roleDefinitionId')));
  const role = Object.entries(ROLE_IDS).find(([, id]) => id === roleId)?.[0] ?? roleId;
  const identity = /userAssignedIdentities\/([\w-]+)'/.exec(String(valueAt(assignment, 'properties.principalId')))?.[1];
  const [scope = ''] = assignment.id.split('/providers/Microsoft.Authorization/');
  const [resource = '', ...inner] = scope.replace(/^.*?\/providers\/[\w.]+\/\w+\//, '').split('/');
  const part = inner.filter((name) => !['tableServices', 'queueServices', 'default'].includes(name));
  const principal = withoutToken(identity ?? '') === 'id-portal' ? 'id-portal' : 'id-collector';
  return { principal, role, scope: [withoutToken(resource), ...part].join('/') };
}

function checkSettings(app: App, code: CodeFacts): string[] {
  const { settings, service } = app;
  const out = leftOut(app);
  const isSet = (name: string): boolean => name in settings;
  const needed = app.settings['APP_ROLE'] === 'portal' ? [] : code.scheduleSettings;
  return [
    ...code.settings
      .filter((name) => !isSet(name) && !(name in out))
      .map((name) => `${service} lacks the setting ${name}`),
    ...code.settings
      .filter((name) => isSet(name) && name in out)
      .map((name) => `${service} has ${name} although it is left out: ${out[name] ?? ''}`),
    ...Object.keys(settings)
      .filter((name) => !code.settings.includes(name) && !OF_THE_PLATFORM.includes(name))
      .map((name) => `${service} has the setting ${name}, which nobody reads`),
    ...needed.filter((name) => !isSet(name)).map((name) => `${service} lacks ${name} for its timer`),
    ...code.connections
      .filter((name) => settings[`${name}__credential`] !== 'managedidentity')
      .map((name) => `${service} has no identity for the connection ${name}`),
  ];
}

function checkApp(app: App, shape: Shape, code: CodeFacts): string[] {
  const { site, service, settings, signIn } = app;
  const role = settings['APP_ROLE'];
  const identities = Object.keys(valueAt(site, 'identity.userAssignedIdentities') ?? {}).map((id) =>
    withoutToken(lastOf(id)),
  );
  const ownIdentity = role === 'portal' ? 'id-portal' : 'id-collector';
  const hasPartner = role !== 'portal' && settings['PARTNER_CREDENTIAL'] === 'federated';
  const answers = role !== 'collector';
  const needsSignIn = answers && settings['OPERATOR_SIGN_IN'] === 'entra';
  const isOpen = answers && (!needsSignIn || signIn !== undefined);
  const policies = listOfType(shape, 'Microsoft.Web/sites/basicPublishingCredentialsPolicies').filter(({ name }) =>
    name.startsWith(`${site.name}/`),
  );
  return [
    ...expectValues(service, site, {
      'identity.type': 'UserAssigned',
      'properties.httpsOnly': true,
      'properties.functionAppConfig.runtime': code.runtime,
      'properties.functionAppConfig.deployment.storage.authentication.type': 'UserAssignedIdentity',
      'properties.siteConfig.minTlsVersion': '1.2',
      'properties.siteConfig.scmMinTlsVersion': '1.2',
      'properties.siteConfig.ftpsState': 'Disabled',
      'properties.siteConfig.ipSecurityRestrictionsDefaultAction': isOpen ? 'Allow' : 'Deny',
    }),
    ...expectEqual(`${service}: identities`, identities, [ownIdentity, ...(hasPartner ? ['id-partner'] : [])]),
    ...expectEqual(
      `${service}: basic publishing`,
      policies.map((policy) => [lastOf(policy.name), valueAt(policy, 'properties.allow')]),
      [
        ['ftp', false],
        ['scm', false],
      ],
    ),
    ...(signIn === undefined ? [] : checkSignIn(service, signIn, settings, code)),
  ];
}

function checkSignIn(service: string, signIn: Resource, settings: Record<string, string>, code: CodeFacts): string[] {
  const excluded = valueAt(signIn, 'properties.globalValidation.excludedPaths');
  const entra = 'properties.identityProviders.azureActiveDirectory';
  const homeTenant = settings['WEBSITE_AUTH_AAD_ALLOWED_TENANTS'] ?? '';
  const issuer = String(valueAt(signIn, `${entra}.registration.openIdIssuer`));
  return [
    ...checkNames('public path', Array.isArray(excluded) ? excluded.map(String) : [], code.publicPaths),
    ...expectValues(service, signIn, {
      'properties.platform.enabled': true,
      'properties.globalValidation.requireAuthentication': true,
      'properties.httpSettings.requireHttps': true,
      [`${entra}.enabled`]: true,
      [`${entra}.registration.clientSecretSettingName`]: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID',
    }),
    ...(issuer.includes(`'${homeTenant}'`) ? [] : [`${service}: the issuer is not the home tenant's: ${issuer}`]),
  ];
}

function checkStorage(shape: Shape): string[] {
  const accounts = listOfType(shape, 'Microsoft.Storage/storageAccounts');
  const containers = listOfType(shape, 'Microsoft.Storage/storageAccounts/blobServices/containers');
  return [
    ...expectEqual('host accounts, one per app', accounts.length - 1, listApps(shape).length),
    ...accounts.flatMap((account) =>
      expectValues(account.name, account, {
        'properties.allowSharedKeyAccess': false,
        'properties.allowBlobPublicAccess': false,
        'properties.minimumTlsVersion': 'TLS1_2',
        'properties.supportsHttpsTrafficOnly': true,
        'properties.encryption': undefined,
      }),
    ),
    ...containers.flatMap((container) =>
      expectValues(container.name, container, { 'properties.publicAccess': 'None' }),
    ),
  ];
}

/** What nobody may delete by mistake, and what keeps a credential. */
function checkKept(shape: Shape): string[] {
  const locks = listOfType(shape, 'Microsoft.Authorization/locks');
  const locked = locks
    .filter((lock) => valueAt(lock, 'properties.level') === 'CanNotDelete')
    .map(({ id }) => withoutToken(lastOf(id.split('/providers/Microsoft.Authorization/')[0] ?? '')));
  return [
    ...expectEqual('locked', locked.sort(), ['kv', 'stdata']),
    ...listOfType(shape, 'Microsoft.KeyVault/vaults').flatMap((vault) =>
      expectValues(vault.name, vault, {
        'properties.enableRbacAuthorization': true,
        'properties.enablePurgeProtection': true,
        'properties.accessPolicies': undefined,
      }),
    ),
  ];
}

function checkTelemetry(shape: Shape): string[] {
  return [
    ...listOfType(shape, 'Microsoft.Insights/components').flatMap((component) =>
      expectValues(component.name, component, { 'properties.DisableLocalAuth': true }),
    ),
    ...listOfType(shape, 'Microsoft.OperationalInsights/workspaces').flatMap((workspace) =>
      expectValues(workspace.name, workspace, { 'properties.features.disableLocalAuth': true }),
    ),
  ];
}

/** Client secrets have a tilde, keys end in ==, signatures and connection strings name themselves. */
const LOOKS_SECRET =
  /AccountKey=|SharedAccess|[?&]sig=|\w~\w|[A-Za-z0-9+/]{40,}={1,2}$|listKeys|listSecrets|listAccountSas/;

function checkSecrets(shape: Shape): string[] {
  const texts = listTexts({ resources: shape.predictedResources, outputs: shape.outputs });
  const secretOutputs = Object.keys(shape.outputs).filter((name) => /SECRET|PASSWORD|CONNECTION|_KEY$/i.test(name));
  return [
    ...texts.filter(([, text]) => LOOKS_SECRET.test(text)).map(([path]) => `${path} looks like a secret`),
    ...secretOutputs.map((name) => `output ${name} looks like a secret`),
  ];
}

function expectValues(name: string, resource: Resource, wanted: Record<string, unknown>): string[] {
  return Object.entries(wanted).flatMap(([path, value]) =>
    expectEqual(`${name}: ${path}`, valueAt(resource, path), value),
  );
}

function expectEqual(name: string, found: unknown, wanted: unknown): string[] {
  const [is, should] = [describe(found), describe(wanted)];
  return is === should ? [] : [`${name} is ${is} instead of ${should}`];
}

function describe(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
