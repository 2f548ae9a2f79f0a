// Before the registrations are made: azd provision for identities and host name.
using '../main.bicep'

param environmentName = 'first-provisioning'
param location = 'westeurope'
param alertEmail = 'operators@partner.example'
