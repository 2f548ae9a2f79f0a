import { packageContainer, tables, workQueues } from '../names.bicep'

param location string
param tags object
@description('Whoever may write a host account can replace the code of its app, so each app has its own and the data another one.')
param hostAccountNames string[]
param dataAccountName string
param dataRedundancy string

var queues = concat(workQueues, map(workQueues, queue => '${queue}-poison'))

// Encryption keys of the account's scope would make every table scan cost 325 times as much: keyType stays unset.
var properties = {
  accessTier: 'Hot'
  allowBlobPublicAccess: false
  allowCrossTenantReplication: false
  allowSharedKeyAccess: false
  defaultToOAuthAuthentication: true
  minimumTlsVersion: 'TLS1_2'
  publicNetworkAccess: 'Enabled'
  supportsHttpsTrafficOnly: true
}

resource hostAccounts 'Microsoft.Storage/storageAccounts@2025-01-01' = [
  for name in hostAccountNames: {
    name: name
    location: location
    tags: tags
    kind: 'StorageV2'
    sku: { name: 'Standard_LRS' }
    properties: properties
  }
]

resource hostBlobServices 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = [
  for (name, index) in hostAccountNames: {
    parent: hostAccounts[index]
    name: 'default'
  }
]

resource packageContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = [
  for (name, index) in hostAccountNames: {
    parent: hostBlobServices[index]
    name: packageContainer
    properties: { publicAccess: 'None' }
  }
]

resource dataAccount 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: dataAccountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: dataRedundancy }
  properties: properties
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-01-01' = {
  parent: dataAccount
  name: 'default'
}

resource dataTables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-01-01' = [
  for table in tables: {
    parent: tableService
    name: table
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-01-01' = {
  parent: dataAccount
  name: 'default'
}

resource dataQueues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-01-01' = [
  for queue in queues: {
    parent: queueService
    name: queue
  }
]

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  scope: dataAccount
  name: 'keep-incidents'
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the incidents of all customers. What is older than the source keeps it cannot be read again.'
  }
}
