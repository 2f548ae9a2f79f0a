import { packageContainer } from '../names.bicep'

param location string
param tags object
param name string
@description('Service of azure.yaml whose package is deployed here.')
param serviceName string
@description('The identity of the app itself: storage, telemetry, vault.')
param identityName string
@description('The identity that the partner app trusts, for the app that collects.')
param partnerIdentityName string?
param hostAccountName string
param dataAccountName string
param componentName string
param maxInstances int
param instanceMemoryMB int
@description('false: the main site denies every address; deployments still reach the site for them.')
param isOpen bool
@description('The app that answers requests, when that is another one.')
param frontName string?
@description('What a browser sees instead of the host name that the platform gives to that app.')
param publicUrl string
@description('Settings of the collector itself.')
param settings object
@description('Empty: the platform authenticates nobody.')
param signInClientId string
param publicPaths string[]

var usesSignIn = !empty(signInClientId)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource partnerIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: partnerIdentityName ?? identityName
}

resource front 'Microsoft.Web/sites@2024-11-01' existing = if (frontName != null) {
  name: frontName ?? name
}

resource dataAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: dataAccountName
}

resource hostAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: hostAccountName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: union({ '${identity.id}': {} }, { '${partnerIdentity.id}': {} })
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostAccount.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      scaleAndConcurrency: {
        maximumInstanceCount: maxInstances
        instanceMemoryMB: instanceMemoryMB
      }
      runtime: {
        name: 'node'
        version: '24'
      }
    }
    siteConfig: {
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ipSecurityRestrictionsDefaultAction: isOpen ? 'Allow' : 'Deny'
      scmIpSecurityRestrictionsDefaultAction: 'Allow'
      scmIpSecurityRestrictionsUseMain: false
    }
  }
}

// One by one: a loop over the names has no type.
resource ftp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: site
  name: 'ftp'
  properties: { allow: false }
}

resource scm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: site
  name: 'scm'
  properties: { allow: false }
}

var hostSettings = {
  AzureWebJobsStorage__accountName: hostAccountName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  IncidentStorage__tableServiceUri: dataAccount.properties.primaryEndpoints.table
  IncidentStorage__queueServiceUri: dataAccount.properties.primaryEndpoints.queue
  IncidentStorage__credential: 'managedidentity'
  IncidentStorage__clientId: identity.properties.clientId
  // The identity of DefaultAzureCredential, which reads the vault.
  AZURE_CLIENT_ID: identity.properties.clientId
  // Says where telemetry goes; without a token of the identity nothing is accepted there.
  APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  // The exporter would else report on itself to Microsoft every 15 minutes.
  APPLICATION_INSIGHTS_NO_STATSBEAT: 'true'
}

// The platform signs in to Entra with this identity instead of a client secret.
var signInSettings = usesSignIn
  ? {
      OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identity.properties.clientId
      WEBSITE_AUTH_AAD_ALLOWED_TENANTS: tenant().tenantId
    }
  : {}

var hostName = frontName == null ? site.properties.defaultHostName : front!.properties.defaultHostName

resource appSettings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: site
  name: 'appsettings'
  properties: union(settings, hostSettings, signInSettings, {
    PUBLIC_URL: empty(publicUrl) ? 'https://${hostName}' : publicUrl
  })
}

resource signIn 'Microsoft.Web/sites/config@2024-11-01' = if (usesSignIn) {
  parent: site
  name: 'authsettingsV2'
  properties: {
    platform: {
      enabled: true
      runtimeVersion: '~1'
    }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'RedirectToLoginPage'
      redirectToProvider: 'azureactivedirectory'
      excludedPaths: publicPaths
    }
    httpSettings: {
      requireHttps: true
      routes: { apiPrefix: '/.auth' }
      forwardProxy: { convention: 'NoProxy' }
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: signInClientId
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
          // The home tenant's own issuer: a user of a customer can never sign in.
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [
            signInClientId
          ]
        }
      }
    }
    login: {
      allowedExternalRedirectUrls: []
      preserveUrlFragmentsForLogins: false
      tokenStore: { enabled: false }
      cookieExpiration: {
        convention: 'FixedTime'
        timeToExpiration: '08:00:00'
      }
      nonce: {
        validateNonce: true
        nonceExpirationInterval: '00:05:00'
      }
    }
  }
  dependsOn: [appSettings]
}
