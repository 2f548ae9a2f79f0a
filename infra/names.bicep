// What functions/ and infra/ call the same thing; test/infra holds the two together.

@export()
@description('Queues with a worker. Each has a twin named -poison for messages that no worker survived.')
var workQueues = [
  'collect-tenants'
  'collect-slow-tenants'
  'tenant-commands'
  'purge-tenants'
  'clean-up'
]

@export()
@description('Queues to which the portal sends; it reads none.')
var portalSendsTo = [
  'tenant-commands'
]

@export()
@description('Tables of the data account. The collector writes all of them.')
var tables = [
  'Incidents'
  'Tenants'
  'ConsentRequests'
  'Audit'
  'CommandOutcomes'
]

@export()
@description('Tables that the portal may write; it reads the others.')
var portalWrites = [
  'Tenants'
  'ConsentRequests'
  'Audit'
]

@export()
@description('Paths that hold no data and are open to everybody. The handlers check everything else once more by themselves.')
var publicPaths = [
  '/api/board'
  '/api/board/*'
  '/api/consent/callback'
  '/api/openapi.json'
]

@export()
@description('Blob container of the host account that the deployed package lies in.')
var packageContainer = 'packages'
