// Two apps, a client secret in the vault, function keys.
using '../main.bicep'

param environmentName = 'two-apps-secret-keys'
param location = 'westeurope'
param alertEmail = 'operators@partner.example'
param partnerClientId = '00000000-0000-0000-0000-00000000000a'
param partnerCredential = 'secret'
param operatorSignIn = 'keys'
