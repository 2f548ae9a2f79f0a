import { describe, expect, test } from '@jest/globals';
import { readDefenderPage } from '../../shared/domain/defender/read-defender-page.ts';
import { readGraphPage } from '../../shared/domain/graph/read-graph-page.ts';
import type { ObservedIncident } from '../../shared/domain/incidents/incident.ts';
import type { ListedPage, MappingContext } from '../../shared/domain/sources/read-incident-page.ts';
import { readTenantId } from '../../shared/domain/values/tenant-id.ts';
import { GRAPH_NAMES } from './graph-names.ts';

const tenantId = readTenantId('50612dbb-0237-4969-b378-8d42590f9c00');
if (tenantId === undefined) throw new Error('The tenant id of this test is not one');
const context: MappingContext = { tenantId, portalUrl: 'https://security.microsoft.com', updatedFrom: 7n };

function firstOf({ incidents: [incident] }: ListedPage): ObservedIncident {
  if (incident === undefined) throw new Error('The page has no incident');
  return incident;
}

const readGraph = (entry: object): ObservedIncident =>
  firstOf(readGraphPage(JSON.stringify({ value: [{ id: '1', alerts: [{ id: 'a' }], ...entry }] }), context));
const readDefender = (entry: object): ObservedIncident =>
  firstOf(
    readDefenderPage(JSON.stringify({ value: [{ incidentId: 1, alerts: [{ alertId: 'a' }], ...entry }] }), context),
  );
const withEvidence = (type: string, fields: object): object => ({
  alerts: [{ id: 'a', evidence: [{ '@odata.type': `#microsoft.graph.security.${type}Evidence`, ...fields }] }],
});
const wordsOf = (name: string): string[] => GRAPH_NAMES.words[name] ?? [];
const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** In the incident or its alerts, where both sources have them. */
const IN_INCIDENT = {
  incidentStatus: 'status',
  alertSeverity: 'severity',
  alertClassification: 'classification',
  alertDetermination: 'determination',
} as const;
const IN_ALERT = {
  alertStatus: 'status',
  alertSeverity: 'severity',
  alertClassification: 'classification',
  alertDetermination: 'determination',
  serviceSource: 'serviceSource',
  detectionSource: 'detectionSource',
} as const;
const IN_DEVICE = { deviceHealthStatus: 'healthStatus', deviceRiskScore: 'riskScore' } as const;
/** In an entity of both: Graph's field, and whether the row has the capital that Defender writes. */
const IN_ENTITY = {
  evidenceVerdict: ['verdict', false],
  evidenceRemediationStatus: ['remediationStatus', true],
  detectionStatus: ['detectionStatus', true],
} as const;

/** In evidence that the Defender API is not known to have: the row has them as Graph sends them. */
const ONLY_IN_GRAPH: Readonly<
  Record<string, readonly [type: string, field: string, build?: (word: string) => unknown]>
> = {
  aiAgentPlatform: ['aiAgent', 'hostingPlatformType'],
  antispamTeamsDirection: ['teamsMessage', 'messageDirection'],
  containerPortProtocol: ['kubernetesService', 'servicePorts', (protocol) => [{ protocol, port: 443 }]],
  evidenceRole: ['ip', 'roles', (role) => [role]],
  fileHashAlgorithm: ['fileHash', 'algorithm'],
  googleCloudLocationType: ['googleCloudResource', 'locationType'],
  ioTDeviceImportanceType: ['ioTDevice', 'importance'],
  kubernetesPlatform: ['kubernetesCluster', 'platform'],
  kubernetesServiceType: ['kubernetesService', 'serviceType'],
  mailboxConfigurationType: ['mailboxConfiguration', 'configurationType'],
  protocolType: ['networkConnection', 'protocol'],
  servicePrincipalType: ['servicePrincipal', 'servicePrincipalType'],
  teamsDeliveryLocation: ['teamsMessage', 'deliveryLocation'],
  teamsMessageDeliveryAction: ['teamsMessage', 'deliveryAction'],
};

/** In no row; the source's own JSON has them. */
const IN_NO_ROW: Readonly<Record<string, (word: string) => object>> = {
  defenderAvStatus: (defenderAvStatus) => withEvidence('device', { defenderAvStatus }),
  investigationState: (investigationState) => ({ alerts: [{ id: 'a', investigationState }] }),
  onboardingStatus: (onboardingStatus) => withEvidence('device', { onboardingStatus }),
  vmCloudProvider: (cloudProvider) => withEvidence('device', { vmMetadata: { cloudProvider } }),
};

test("every enumeration of Graph's metadata has its place", () => {
  const places = [IN_INCIDENT, IN_ALERT, IN_DEVICE, IN_ENTITY, ONLY_IN_GRAPH, IN_NO_ROW].flatMap((names) =>
    Object.keys(names),
  );

  expect([...new Set(places)].sort()).toEqual(Object.keys(GRAPH_NAMES.words).sort());
  expect(Object.values(GRAPH_NAMES.words).filter((words) => words.length < 3)).toEqual([]);
});

describe('a word means the same with the capital that Defender writes:', () => {
  test.each(Object.entries(IN_INCIDENT))('%s of an incident', (name, field) => {
    for (const word of wordsOf(name)) {
      expect(readGraph({ [field]: word }).incident).toHaveProperty(field, word);
      expect(readDefender({ [field]: capitalised(word) }).incident).toHaveProperty(field, word);
    }
  });

  test.each(Object.entries(IN_ALERT))('%s of an alert', (name, field) => {
    for (const word of wordsOf(name)) {
      expect(readGraph({ alerts: [{ id: 'a', [field]: word }] }).alerts[0]).toHaveProperty(field, word);
      expect(readDefender({ alerts: [{ alertId: 'a', [field]: capitalised(word) }] }).alerts[0]).toHaveProperty(
        field,
        word,
      );
    }
  });

  test.each(Object.entries(IN_DEVICE))('%s of a device', (name, field) => {
    const deviceDnsName = 'ws-14';
    for (const word of wordsOf(name)) {
      const devices = [{ deviceDnsName, [field]: capitalised(word) }];
      expect(readGraph(withEvidence('device', { deviceDnsName, [field]: word })).incident.devices[0]).toHaveProperty(
        field,
        word,
      );
      expect(readDefender({ alerts: [{ alertId: 'a', devices }] }).incident.devices[0]).toHaveProperty(field, word);
    }
  });

  test.each(Object.entries(IN_ENTITY))('%s of an entity', (name, [field, hasCapital]) => {
    for (const word of wordsOf(name)) {
      const kept = hasCapital ? capitalised(word) : word;
      const entities = [{ entityType: 'File', [field]: capitalised(word) }];
      expect(readGraph(withEvidence('file', { [field]: word })).alerts[0]?.entities[0]).toHaveProperty(field, kept);
      expect(readDefender({ alerts: [{ alertId: 'a', entities }] }).alerts[0]?.entities[0]).toHaveProperty(field, kept);
    }
  });
});

test.each(Object.entries(ONLY_IN_GRAPH))(
  'words of %s, which only Graph has, are kept',
  (name, [type, field, build = (word: string) => word]) => {
    for (const word of wordsOf(name))
      expect(readGraph(withEvidence(type, { [field]: build(word) })).alerts[0]?.entities[0]).toMatchObject({
        type,
        [field]: build(word),
      });
  },
);

test.each(Object.entries(IN_NO_ROW))("words of %s stay in the source's own JSON", (name, build) => {
  for (const word of wordsOf(name)) expect(readGraph(build(word)).sourceJson).toContain(`"${word}"`);
});
