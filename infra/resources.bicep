import { publicPaths } from 'names.bicep'

param location string
param tags object
@description('Makes names unique.')
param token string
param alertEmail string
param deployPortal bool
param partner {
  clientId: string
  tenantId: string
  credential: 'federated' | 'secret' | 'certificate'
  secretName: string
}
param signIn {
  mode: 'entra' | 'keys'
  clientId: string
  publicUrl: string
}
@description('Settings of the same name, alike in every app.')
param collectionSettings object
param scale {
  collectorMaxInstances: int
  portalMaxInstances: int
  instanceMemoryMB: int
}
param dataRedundancy string
param logs {
  retentionDays: int
  dailyCapGb: int
}
param deadManWindow string

// Modules are given names and look the rest up, so that a snapshot shows every id.
var collectorIdentityName = 'id-collector-${token}'
var portalIdentityName = 'id-portal-${token}'
var partnerIdentityName = 'id-partner-${token}'
var collectorHostAccountName = 'stcollect${token}'
var portalHostAccountName = 'stportal${token}'
var dataAccountName = 'stdata${token}'
var vaultName = 'kv-${token}'
var workspaceName = 'log-${token}'
var componentName = 'appi-${token}'
var collectorName = 'func-collector-${token}'
var portalName = 'func-portal-${token}'

var isFederated = partner.credential == 'federated'
var frontName = deployPortal ? portalName : collectorName
var signInIdentityName = deployPortal ? portalIdentityName : collectorIdentityName

module identities 'modules/identities.bicep' = {
  params: {
    location: location
    tags: tags
    // The partner's has no right in Azure. Whoever gets its tokens can become the partner app, so it is nobody else's.
    names: concat(
      [collectorIdentityName],
      deployPortal ? [portalIdentityName] : [],
      isFederated ? [partnerIdentityName] : []
    )
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    location: location
    tags: tags
    hostAccountNames: deployPortal ? [collectorHostAccountName, portalHostAccountName] : [collectorHostAccountName]
    dataAccountName: dataAccountName
    dataRedundancy: dataRedundancy
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    location: location
    tags: tags
    workspaceName: workspaceName
    componentName: componentName
    retentionDays: logs.retentionDays
    dailyCapGb: logs.dailyCapGb
  }
}

module vault 'modules/vault.bicep' = {
  params: {
    location: location
    tags: tags
    name: vaultName
    workspaceName: workspaceName
  }
  dependsOn: [monitoring]
}

module roles 'modules/roles.bicep' = {
  params: {
    collectorIdentityName: collectorIdentityName
    portalIdentityName: portalIdentityName
    collectorHostAccountName: collectorHostAccountName
    portalHostAccountName: portalHostAccountName
    dataAccountName: dataAccountName
    vaultName: vaultName
    componentName: componentName
    deployPortal: deployPortal
    collectorReadsVault: !isFederated
  }
  dependsOn: [identities, storage, vault, monitoring]
}

// Without dependsOn, what is called existing is looked up before its module has made it.
resource partnerIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = if (isFederated) {
  name: partnerIdentityName
  dependsOn: [identities]
}

resource madeVault 'Microsoft.KeyVault/vaults@2024-11-01' existing = if (!isFederated) {
  name: vaultName
  dependsOn: [vault]
}

// Only the app that has the partner's credential is told anything about it.
var credentialSettings = isFederated
  ? { PARTNER_IDENTITY_CLIENT_ID: partnerIdentity!.properties.clientId }
  : {
      PARTNER_SECRET_NAME: partner.secretName
      KEY_VAULT_URL: madeVault!.properties.vaultUri
    }

var commonSettings = union(collectionSettings, {
  PARTNER_CLIENT_ID: partner.clientId
  OPERATOR_SIGN_IN: signIn.mode
})

// An API without its sign-in must not be reachable, not even until the next provisioning.
var isFrontOpen = signIn.mode == 'keys' || !empty(signIn.clientId)
var signInClientId = signIn.mode == 'entra' ? signIn.clientId : ''

module portal 'modules/function-app.bicep' = if (deployPortal) {
  params: {
    location: location
    tags: tags
    name: portalName
    serviceName: 'portal'
    identityName: portalIdentityName
    hostAccountName: portalHostAccountName
    dataAccountName: dataAccountName
    componentName: componentName
    maxInstances: scale.portalMaxInstances
    instanceMemoryMB: scale.instanceMemoryMB
    isOpen: isFrontOpen
    publicUrl: signIn.publicUrl
    settings: union(commonSettings, { APP_ROLE: 'portal' })
    signInClientId: signInClientId
    publicPaths: publicPaths
  }
  dependsOn: [roles]
}

module collector 'modules/function-app.bicep' = {
  params: {
    location: location
    tags: tags
    name: collectorName
    serviceName: 'collector'
    identityName: collectorIdentityName
    partnerIdentityName: isFederated ? partnerIdentityName : null
    hostAccountName: collectorHostAccountName
    dataAccountName: dataAccountName
    componentName: componentName
    maxInstances: scale.collectorMaxInstances
    instanceMemoryMB: scale.instanceMemoryMB
    isOpen: !deployPortal && isFrontOpen
    frontName: deployPortal ? portalName : null
    publicUrl: signIn.publicUrl
    settings: union(commonSettings, credentialSettings, {
      APP_ROLE: deployPortal ? 'collector' : 'all'
      PARTNER_CREDENTIAL: partner.credential
      PARTNER_TENANT_ID: partner.tenantId
    })
    signInClientId: deployPortal ? '' : signInClientId
    publicPaths: publicPaths
  }
  dependsOn: [roles, portal]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    location: location
    tags: tags
    componentName: componentName
    email: alertEmail
    deadManWindow: deadManWindow
  }
  dependsOn: [monitoring]
}

module workbook 'modules/workbook.bicep' = {
  params: {
    location: location
    tags: tags
    componentName: componentName
  }
  dependsOn: [monitoring]
}

module addresses 'modules/addresses.bicep' = {
  params: {
    frontName: frontName
    publicUrl: signIn.publicUrl
    partnerIdentityName: isFederated ? partnerIdentityName : null
    signInIdentityName: signInIdentityName
  }
  dependsOn: [collector, portal]
}

output url string = addresses.outputs.url
output publicUrl string = addresses.outputs.publicUrl
output partnerIdentityPrincipalId string = addresses.outputs.partnerIdentityPrincipalId
output signInIdentityPrincipalId string = addresses.outputs.signInIdentityPrincipalId
output names {
  collector: string
  front: string
  vault: string
  dataAccount: string
} = {
  collector: collectorName
  front: frontName
  vault: vaultName
  dataAccount: dataAccountName
}
