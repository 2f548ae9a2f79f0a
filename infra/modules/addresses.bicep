param frontName string
param publicUrl string
param partnerIdentityName string?
param signInIdentityName string

resource front 'Microsoft.Web/sites@2024-11-01' existing = {
  name: frontName
}

resource partnerIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: partnerIdentityName ?? signInIdentityName
}

resource signInIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: signInIdentityName
}

var frontUrl = 'https://${front.properties.defaultHostName}'

output url string = frontUrl
output publicUrl string = empty(publicUrl) ? frontUrl : publicUrl
output partnerIdentityPrincipalId string = partnerIdentityName == null ? '' : partnerIdentity.properties.principalId
output signInIdentityPrincipalId string = signInIdentity.properties.principalId
