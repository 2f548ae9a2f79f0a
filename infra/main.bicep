targetScope = 'subscription'

@description('Name of the azd environment. Names of resources come from it, the subscription and the location.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Azure region of everything, such as westeurope. It has to offer Flex Consumption: az functionapp list-flexconsumption-locations.')
@minLength(1)
param location string

@description('Where alerts are sent.')
@minLength(3)
param alertEmail string

@description('true: the HTTP API is an app of its own (APP_ROLE portal) without a path to the credential of the partner app. false: one app does everything (APP_ROLE all).')
param deployPortal bool = true

@description('Application (client) id of the multi-tenant partner app. Empty at the first provisioning; the apps refuse to start without it.')
param partnerClientId string = ''

@description('Tenant of the partner app, where it reads what customers call themselves. Empty: that of the subscription.')
param partnerTenantId string = ''

@description('How the partner app proves itself to Entra. federated needs no secret; secret and certificate lie in the key vault.')
@allowed(['federated', 'secret', 'certificate'])
param partnerCredential string = 'federated'

@description('Name of the secret or certificate in the key vault. Never the secret itself.')
@minLength(1)
@maxLength(127)
param partnerSecretName string = 'partner-app-secret'

@description('How operators sign in: Entra in front of the app, or function keys.')
@allowed(['entra', 'keys'])
param operatorSignIn string = 'entra'

@description('Application (client) id of the single-tenant registration that operators sign in with. While it is empty and operatorSignIn is entra, the HTTP API denies every address.')
param signInClientId string = ''

@description('Cloud of the customers: authority, API hosts and scopes follow from it.')
@allowed(['global', 'gcc', 'gcc-high', 'dod'])
param cloud string = 'global'

@description('API that incidents are read from; auto: the Defender API until it is gone, then Graph.')
@allowed(['defender', 'graph', 'auto'])
param incidentSource string = 'defender'

@description('When tenants are polled: NCRONTAB with six fields, UTC. Empty: every 5 minutes.')
param collectSchedule string = ''

@description('How far the first read of a tenant reaches back, in days.')
@minValue(1)
@maxValue(180)
param initialLookbackDays int = 30

@description('How long before the last complete read every read starts, in minutes.')
@minValue(1)
@maxValue(1440)
param overlapMinutes int = 30

@description('Tenants of one queue message that are polled at once.')
@minValue(1)
@maxValue(25)
param tenantConcurrency int = 8

@description('Tenants per queue message.')
@minValue(1)
@maxValue(25)
param sliceSize int = 25

@description('Interval for tenants without a change for 24 hours, in minutes. 5 polls them like the others.')
@minValue(5)
@maxValue(30)
param quietIntervalMinutes int = 5

@description('How far the daily second reading reaches back, in days. 0 turns it off.')
@minValue(0)
@maxValue(30)
param reconcileDays int = 7

@description('Incidents that were not updated for this many days are purged. 0 keeps them.')
@minValue(0)
@maxValue(36500)
param retentionDays int = 400

@description('The HTTP API as a browser sees it, when it has a host name of its own, such as https://incidents.example.')
param publicUrl string = ''

@description('Most instances of the app that collects: also the brake on cost and on calls.')
@minValue(1)
@maxValue(1000)
param collectorMaxInstances int = 20

@description('Most instances of the app that answers requests.')
@minValue(1)
@maxValue(1000)
param portalMaxInstances int = 5

@description('Memory of an instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Redundancy of the data account. Tables have no point-in-time restore.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param dataRedundancy string = 'Standard_ZRS'

@description('How long logs are kept, in days.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Most log data a day, in GB. Beyond it nothing is recorded until the next day, and the alert on a missing tick fires.')
@minValue(1)
@maxValue(1000)
param dailyLogCapGb int = 2

@description('No tick for this long raises an alert: 15 minutes, or three intervals of a slower schedule.')
@allowed(['PT15M', 'PT30M', 'PT45M', 'PT1H', 'PT3H', 'PT6H', 'P1D'])
param deadManWindow string = 'PT15M'

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module resources 'resources.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    alertEmail: alertEmail
    deployPortal: deployPortal
    partner: {
      clientId: partnerClientId
      tenantId: empty(partnerTenantId) ? tenant().tenantId : partnerTenantId
      credential: partnerCredential
      secretName: partnerSecretName
    }
    signIn: {
      mode: operatorSignIn
      clientId: signInClientId
      publicUrl: publicUrl
    }
    collectionSettings: {
      CLOUD: cloud
      AZURE_CLOUD: environment().name == 'AzureUSGovernment' ? 'us-gov' : 'global'
      INCIDENT_SOURCE: incidentSource
      COLLECT_SCHEDULE: empty(collectSchedule) ? '0 */5 * * * *' : collectSchedule
      INITIAL_LOOKBACK_DAYS: string(initialLookbackDays)
      OVERLAP_MINUTES: string(overlapMinutes)
      TENANT_CONCURRENCY: string(tenantConcurrency)
      SLICE_SIZE: string(sliceSize)
      QUIET_INTERVAL_MINUTES: string(quietIntervalMinutes)
      RECONCILE_DAYS: string(reconcileDays)
      RETENTION_DAYS: string(retentionDays)
    }
    scale: {
      collectorMaxInstances: collectorMaxInstances
      portalMaxInstances: portalMaxInstances
      instanceMemoryMB: instanceMemoryMB
    }
    dataRedundancy: dataRedundancy
    logs: {
      retentionDays: logRetentionDays
      dailyCapGb: dailyLogCapGb
    }
    deadManWindow: deadManWindow
  }
}

@description('Resource group of everything; azd deploys the apps into it.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Tenant in which both app registrations have to be made.')
output HOME_TENANT_ID string = tenant().tenantId

@description('The HTTP API as a browser sees it.')
output PUBLIC_URL string = resources.outputs.publicUrl

@description('Redirect URI of the partner app.')
output CONSENT_CALLBACK_URL string = '${resources.outputs.publicUrl}/api/consent/callback'

@description('Redirect URI of the sign-in registration.')
output SIGN_IN_CALLBACK_URL string = '${resources.outputs.url}/.auth/login/aad/callback'

@description('Object id of the identity that the partner app trusts: subject of its federated credential.')
output PARTNER_IDENTITY_PRINCIPAL_ID string = resources.outputs.partnerIdentityPrincipalId

@description('Object id of the identity that the sign-in registration trusts: subject of its federated credential.')
output SIGN_IN_IDENTITY_PRINCIPAL_ID string = resources.outputs.signInIdentityPrincipalId

@description('Name of the key vault for the credential secret or certificate.')
output KEY_VAULT_NAME string = resources.outputs.names.vault

@description('Name of the account that holds the tables.')
output DATA_ACCOUNT_NAME string = resources.outputs.names.dataAccount

@description('Name of the app that collects.')
output COLLECTOR_APP_NAME string = resources.outputs.names.collector

@description('Name of the app that answers requests; the same as the other one when there is one app.')
output FRONT_APP_NAME string = resources.outputs.names.front
