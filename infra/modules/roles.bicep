// Every right in Azure that this deployment gives, and the only file that gives one. test/infra/role-table.ts is the same as a table.
import { portalSendsTo, portalWrites, tables, workQueues } from '../names.bicep'

param collectorIdentityName string
param portalIdentityName string
param collectorHostAccountName string
param portalHostAccountName string
param dataAccountName string
param vaultName string
param componentName string
param deployPortal bool
param collectorReadsVault bool

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var storageBlobDataOwner = role('b7e6dc6d-f1e8-4753-8033-0f276bb0955b') // Storage Blob Data Owner
var storageQueueDataContributor = role('974c5e8b-45b9-4653-ba55-5f855dd0fb88') // Storage Queue Data Contributor
var storageQueueDataMessageSender = role('c6a89b2d-59bc-44d0-9896-0f6e12d7b80a') // Storage Queue Data Message Sender
var storageTableDataContributor = role('0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3') // Storage Table Data Contributor
var storageTableDataReader = role('76199698-9eea-4c19-bc75-cec21354c6b6') // Storage Table Data Reader
var keyVaultSecretsUser = role('4633458b-17de-408a-b874-0445c86b69e6') // Key Vault Secrets User
var monitoringMetricsPublisher = role('3913510d-42f4-4e42-8a64-420c390055eb') // Monitoring Metrics Publisher

func role(id string) string => subscriptionResourceId('Microsoft.Authorization/roleDefinitions', id)

var queues = concat(workQueues, map(workQueues, queue => '${queue}-poison'))

resource collectorIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: collectorIdentityName
}

resource portalIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = if (deployPortal) {
  name: portalIdentityName
}

resource dataAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: dataAccountName

  resource tableService 'tableServices' existing = {
    name: 'default'
  }

  resource queueService 'queueServices' existing = {
    name: 'default'
  }
}

resource dataTables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-01-01' existing = [
  for table in tables: {
    parent: dataAccount::tableService
    name: table
  }
]

resource dataQueues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-01-01' existing = [
  for queue in queues: {
    parent: dataAccount::queueService
    name: queue
  }
]

resource sentToQueues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-01-01' existing = [
  for queue in portalSendsTo: {
    parent: dataAccount::queueService
    name: queue
  }
]

resource collectorHostAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: collectorHostAccountName
}

resource portalHostAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: portalHostAccountName
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

// The host keeps locks, timers and keys there, and the package.
resource collectorOwnsItsHostAccount 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: collectorHostAccount
  name: guid(collectorHostAccount.id, 'collector', storageBlobDataOwner)
  properties: {
    roleDefinitionId: storageBlobDataOwner
    principalId: collectorIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource collectorWritesTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (table, index) in tables: {
    scope: dataTables[index]
    name: guid(dataTables[index].id, 'collector', storageTableDataContributor)
    properties: {
      roleDefinitionId: storageTableDataContributor
      principalId: collectorIdentity.properties.principalId
      principalType: 'ServicePrincipal'
    }
  }
]

// A trigger renews and releases messages and adds to the poison queue: Message Processor is too little for that.
resource collectorWorksQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, index) in queues: {
    scope: dataQueues[index]
    name: guid(dataQueues[index].id, 'collector', storageQueueDataContributor)
    properties: {
      roleDefinitionId: storageQueueDataContributor
      principalId: collectorIdentity.properties.principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource collectorReadsCredential 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (collectorReadsVault) {
  scope: vault
  name: guid(vault.id, 'collector', keyVaultSecretsUser)
  properties: {
    roleDefinitionId: keyVaultSecretsUser
    principalId: collectorIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource collectorSendsTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: component
  name: guid(component.id, 'collector', monitoringMetricsPublisher)
  properties: {
    roleDefinitionId: monitoringMetricsPublisher
    principalId: collectorIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource portalOwnsItsHostAccount 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (deployPortal) {
  scope: portalHostAccount
  name: guid(portalHostAccount.id, 'portal', storageBlobDataOwner)
  properties: {
    roleDefinitionId: storageBlobDataOwner
    principalId: portalIdentity!.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource portalUsesTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (table, index) in tables: if (deployPortal) {
    scope: dataTables[index]
    name: guid(
      dataTables[index].id,
      'portal',
      contains(portalWrites, table) ? storageTableDataContributor : storageTableDataReader
    )
    properties: {
      roleDefinitionId: contains(portalWrites, table) ? storageTableDataContributor : storageTableDataReader
      principalId: portalIdentity!.properties.principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource portalSendsCommands 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, index) in portalSendsTo: if (deployPortal) {
    scope: sentToQueues[index]
    name: guid(sentToQueues[index].id, 'portal', storageQueueDataMessageSender)
    properties: {
      roleDefinitionId: storageQueueDataMessageSender
      principalId: portalIdentity!.properties.principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource portalSendsTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (deployPortal) {
  scope: component
  name: guid(component.id, 'portal', monitoringMetricsPublisher)
  properties: {
    roleDefinitionId: monitoringMetricsPublisher
    principalId: portalIdentity!.properties.principalId
    principalType: 'ServicePrincipal'
  }
}
