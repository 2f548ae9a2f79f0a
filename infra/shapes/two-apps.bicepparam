// The default: two apps, a federated credential, Entra in front of the portal.
using '../main.bicep'

param environmentName = 'two-apps'
param location = 'westeurope'
param alertEmail = 'operators@partner.example'
param partnerClientId = '00000000-0000-0000-0000-00000000000a'
param signInClientId = '00000000-0000-0000-0000-00000000000b'
