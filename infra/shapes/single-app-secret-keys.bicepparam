// One app does everything, with a client secret in the vault and function keys.
using '../main.bicep'

param environmentName = 'single-app-secret-keys'
param location = 'westeurope'
param alertEmail = 'operators@partner.example'
param partnerClientId = '00000000-0000-0000-0000-00000000000a'
param deployPortal = false
param partnerCredential = 'secret'
param operatorSignIn = 'keys'
