// One app does everything, with a federated credential and Entra in front of it.
using '../main.bicep'

param environmentName = 'single-app'
param location = 'westeurope'
param alertEmail = 'operators@partner.example'
param partnerClientId = '00000000-0000-0000-0000-00000000000a'
param signInClientId = '00000000-0000-0000-0000-00000000000b'
param deployPortal = false
