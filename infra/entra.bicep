// Both app registrations. On its own because it needs rights in Entra instead of Azure; docs/deploy.md has the same as CLI steps.
extension microsoftGraphV1

@description('Name of the azd environment; the registrations are found again by it.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Output CONSENT_CALLBACK_URL of main.bicep.')
@minLength(1)
param consentCallbackUrl string

@description('Output SIGN_IN_CALLBACK_URL of main.bicep.')
@minLength(1)
param signInCallbackUrl string

@description('Output PARTNER_IDENTITY_PRINCIPAL_ID of main.bicep. Empty: the partner app has a secret or a certificate.')
param partnerIdentityPrincipalId string = ''

@description('Output SIGN_IN_IDENTITY_PRINCIPAL_ID of main.bicep.')
@minLength(1)
param signInIdentityPrincipalId string

@description('API that incidents are read from: decides which roles customers consent to; auto needs both.')
@allowed(['defender', 'graph', 'auto'])
param incidentSource string = 'defender'

@description('false: operators use function keys and no registration is made for their sign-in.')
param registerSignIn bool = true

@description('Object id of a user or group, 36 characters.')
@minLength(36)
@maxLength(36)
type objectId = string

@description('Users and groups that may query.')
param readers objectId[] = []

@description('Users and groups that may query and change.')
param operators objectId[] = []

// The least role that reads incidents, as shared/settings/endpoint-settings.ts requires it of tokens.
var apis = {
  defender: {
    appId: '8ee8fdad-f234-4243-8f3b-15c294843740' // Microsoft Threat Protection
    roleId: 'a9790345-4595-42e4-971a-ccdc79f19b7c' // Incident.Read.All
  }
  graph: {
    appId: '00000003-0000-0000-c000-000000000000' // Microsoft Graph
    roleId: '45cc0394-e837-488b-a098-1918f48d186c' // SecurityIncident.Read.All
  }
}

// A managed identity's token as proof: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
var issuer = '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
var audiences = [
  environment().name == 'AzureUSGovernment' ? 'api://AzureADTokenExchangeUSGov' : 'api://AzureADTokenExchange'
]

resource partnerApp 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: 'incident-collector-${environmentName}'
  displayName: 'Incident collector (${environmentName})'
  signInAudience: 'AzureADMultipleOrgs'
  web: {
    redirectUris: [consentCallbackUrl]
  }
  requiredResourceAccess: [
    for source in (incidentSource == 'auto' ? ['defender', 'graph'] : [incidentSource]): {
      resourceAppId: apis[source].appId
      resourceAccess: [
        {
          id: apis[source].roleId
          type: 'Role'
        }
      ]
    }
  ]
  // Nobody in a customer's tenant can give its copy of the app a credential of their own.
  servicePrincipalLockConfiguration: {
    isEnabled: true
    allProperties: true
  }
}

resource partnerTrust 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = if (!empty(partnerIdentityPrincipalId)) {
  name: '${partnerApp.uniqueName}/collector'
  issuer: issuer
  subject: partnerIdentityPrincipalId
  audiences: audiences
}

// Made up once: they only have to differ and to stay. docs/deploy.md has the same.
var readerRoleId = '2f6c1f0e-6d3b-4f0a-9c57-7f0e5a3f2b11'
var operatorRoleId = '8b1d9a64-0f52-4f7e-8a3d-2c9b7e6d4c22'

resource signInApp 'Microsoft.Graph/applications@v1.0' = if (registerSignIn) {
  uniqueName: 'incident-collector-sign-in-${environmentName}'
  displayName: 'Incident collector, operators (${environmentName})'
  // One tenant: a user of a customer can never sign in.
  signInAudience: 'AzureADMyOrg'
  web: {
    redirectUris: [signInCallbackUrl]
    implicitGrantSettings: {
      enableIdTokenIssuance: true
      enableAccessTokenIssuance: false
    }
  }
  api: {
    requestedAccessTokenVersion: 2
  }
  appRoles: [
    {
      id: readerRoleId
      value: 'Reader'
      displayName: 'Reader'
      description: 'Query incidents, changes and customers'
      allowedMemberTypes: ['User', 'Application']
      isEnabled: true
    }
    {
      id: operatorRoleId
      value: 'Operator'
      displayName: 'Operator'
      description: 'Query, and invite, pause, remove and purge customers'
      allowedMemberTypes: ['User', 'Application']
      isEnabled: true
    }
  ]
}

resource signInTrust 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = if (registerSignIn) {
  name: '${signInApp!.uniqueName}/front'
  issuer: issuer
  subject: signInIdentityPrincipalId
  audiences: audiences
}

resource signInPrincipal 'Microsoft.Graph/servicePrincipals@v1.0' = if (registerSignIn) {
  appId: signInApp!.appId
  // Whoever has no role cannot even sign in.
  appRoleAssignmentRequired: true
}

resource readerAssignments 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for principal in readers: if (registerSignIn) {
    appRoleId: readerRoleId
    principalId: principal
    resourceId: signInPrincipal!.id
  }
]

resource operatorAssignments 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for principal in operators: if (registerSignIn) {
    appRoleId: operatorRoleId
    principalId: principal
    resourceId: signInPrincipal!.id
  }
]

@description('azd env set PARTNER_CLIENT_ID to this.')
output PARTNER_CLIENT_ID string = partnerApp.appId

@description('azd env set SIGN_IN_CLIENT_ID to this.')
output SIGN_IN_CLIENT_ID string = registerSignIn ? signInApp!.appId : ''
