param location string
param tags object
param componentName string
param email string
param deadManWindow string

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${componentName}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'collector'
    emailReceivers: [
      {
        name: 'operators'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

type alert = {
  name: string
  @description('What is wrong, as the first line of the message.')
  description: string
  @description('0 is the worst.')
  severity: int
  query: string
  window: string
  evaluated: string
  operator: 'GreaterThan' | 'LessThan'
  threshold: int
}

// Queries read the log lines of shared/ by their names: a name, a blank, JSON. test/infra holds both together.
var alerts alert[] = [
  {
    name: 'no-tick'
    description: 'Nothing is collected: no tick was logged'
    severity: 0
    query: loadTextContent('../alerts/no-tick.kql')
    window: deadManWindow
    evaluated: 'PT5M'
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'credential-refused'
    description: 'No customer can be read: the credential of the partner app is refused or cannot be read'
    severity: 0
    query: loadTextContent('../alerts/credential-refused.kql')
    window: 'PT15M'
    evaluated: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'fleet-refused'
    description: 'Many customers are refused for the same reason at once: the app or Microsoft, not the customers'
    severity: 0
    query: loadTextContent('../alerts/fleet-refused.kql')
    window: deadManWindow
    evaluated: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'defender-ending'
    description: 'Several customers say that the Defender API is gone, or it is certain'
    severity: 0
    query: loadTextContent('../alerts/defender-ending.kql')
    window: deadManWindow
    evaluated: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'tenants-leaving'
    description: 'More customers than one in twenty stopped letting the collector in'
    severity: 1
    query: loadTextContent('../alerts/tenants-leaving.kql')
    window: 'PT30M'
    evaluated: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'active-drop'
    description: 'A fifth of the customers or more is no longer active'
    severity: 1
    query: loadTextContent('../alerts/active-drop.kql')
    window: 'PT6H'
    evaluated: 'PT15M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'tenant-stale'
    description: 'A customer is not read as often as promised'
    severity: 1
    query: loadTextContent('../alerts/tenant-stale.kql')
    window: deadManWindow
    evaluated: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'tenant-state-missing'
    description: 'A registered customer has no state row, so nothing polls it'
    severity: 1
    query: loadTextContent('../alerts/tenant-state-missing.kql')
    window: 'PT6H'
    evaluated: 'PT1H'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'poison'
    description: 'A message ended its workers every time it was delivered'
    severity: 1
    query: loadTextContent('../alerts/poison.kql')
    window: 'PT15M'
    evaluated: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'throttled'
    description: 'Microsoft refuses more than one call in twenty for their number'
    severity: 2
    query: loadTextContent('../alerts/throttled.kql')
    window: 'PT30M'
    evaluated: 'PT15M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'gaps-lasting'
    description: 'Something of a customer could not be read for more than a day'
    severity: 2
    query: loadTextContent('../alerts/gaps-lasting.kql')
    window: 'PT6H'
    evaluated: 'PT1H'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'clean-up-behind'
    description: 'What is too old, or left of an erased customer, is kept for longer than promised'
    severity: 2
    query: loadTextContent('../alerts/clean-up-behind.kql')
    window: 'PT6H'
    evaluated: 'PT1H'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'campaigns-behind'
    description: 'What several customers have in common is not looked for, or hours late'
    severity: 2
    query: loadTextContent('../alerts/campaigns-behind.kql')
    window: 'PT6H'
    evaluated: 'PT1H'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'failover-not-ready'
    description: 'Customers would go blind if the Defender API ended: they lack the consent for Microsoft Graph, or nobody has chosen their source'
    severity: 2
    query: loadTextContent('../alerts/failover-not-ready.kql')
    window: 'P1D'
    evaluated: 'PT1H'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'credential-expiring'
    description: 'The credential of the partner app ends within 30 days'
    severity: 2
    query: loadTextContent('../alerts/credential-expiring.kql')
    window: 'P1D'
    evaluated: 'PT1H'
    operator: 'GreaterThan'
    threshold: 0
  }
]

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in alerts: {
    name: 'alert-${rule.name}-${componentName}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.name
      description: '${rule.description}. What to do: docs/operations.md'
      severity: rule.severity
      enabled: true
      scopes: [component.id]
      evaluationFrequency: rule.evaluated
      windowSize: rule.window
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      autoMitigate: true
      // The log tables do not exist before the first line is logged.
      skipQueryValidation: true
      actions: { actionGroups: [operators.id] }
    }
  }
]
