// Two apps, a certificate in the vault, Entra in front of the portal, another host name.
using '../main.bicep'

param environmentName = 'two-apps-certificate'
param location = 'westeurope'
param alertEmail = 'operators@partner.example'
param partnerClientId = '00000000-0000-0000-0000-00000000000a'
param signInClientId = '00000000-0000-0000-0000-00000000000b'
param partnerCredential = 'certificate'
param partnerSecretName = 'partner-app-certificate'
param publicUrl = 'https://incidents.partner.example'
