param location string
param tags object
param componentName string

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(component.id, 'collector')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Incident collector'
    category: 'workbook'
    sourceId: component.id
    version: '1.0'
    serializedData: string(loadJsonContent('../workbook.json'))
  }
}
