import type { IncidentView, ListedIncident } from '../../views/incident-view.ts';
import type { TenantView } from '../../views/tenant-view.ts';

const TENANT_ID = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';

export const LISTED_INCIDENT: ListedIncident = {
  tenantId: TENANT_ID,
  tenantName: 'Contoso',
  customer: null,
  incidentId: '28282',
  name: 'Multi-stage incident on one endpoint',
  status: 'active',
  severity: 'high',
  classification: null,
  determination: null,
  assignedTo: 'ann@partner.example',
  createdTime: '2026-11-24T08:14:33.1733333Z',
  lastUpdateTime: '2026-11-24T11:58:02.4500000Z',
  redirectIncidentId: null,
  tags: ['vip'],
  alertsCount: 2,
  alertsPending: false,
  devicesCount: 1,
  usersCount: 1,
  serviceSources: ['microsoftDefenderForEndpoint'],
  categories: ['Execution', 'Persistence'],
  mitreTechniques: ['T1059.001'],
  url: 'https://security.microsoft.com/incident2/28282/overview?tid=f47ac10b-58cc-4372-a567-0e02b2c3d479',
  source: 'defender',
  firstCollectedAt: '2026-11-24T08:15:04.0000000Z',
  collectedAt: '2026-11-24T12:00:03.0000000Z',
  truncated: [],
  sourceMissing: false,
  beyondSourceRetention: false,
};

export const INCIDENT: IncidentView = {
  ...LISTED_INCIDENT,
  unindexedValues: 0,
  comments: [{ comment: 'Isolated', createdBy: 'ann@partner.example', createdTime: '2026-11-24T11:58:02.4500000Z' }],
  devices: [
    {
      deviceId: '24c222b0b60fe148eeece49ac83910cc6a7ef491',
      aadDeviceId: null,
      name: 'pc-17.contoso.example',
      osPlatform: 'Windows11',
      healthStatus: 'active',
      riskScore: 'high',
    },
  ],
  users: [
    {
      accountName: 'bob',
      domainName: 'contoso',
      userPrincipalName: 'bob@contoso.example',
      aadUserId: null,
      sid: 'S-1-5-21-1-2-3-1103',
    },
  ],
};

export const TENANT: TenantView = {
  tenantId: TENANT_ID,
  displayName: 'Contoso',
  customer: null,
  labels: ['gold'],
  status: 'active',
  source: 'defender',
  ownSource: null,
  readFrom: 'defender',
  consentedAt: '2026-11-01T09:00:00.0000000Z',
  deletedAt: null,
  completeThrough: '2026-11-24T12:00:00.0000000Z',
  reconciledThrough: null,
  completeFrom: '2026-10-02T09:00:00.0000000Z',
  lagSeconds: 95,
  lastError: null,
  backfill: { percent: 40, etaSeconds: 300 },
  reconciliation: null,
  foundLate: 0,
  gaps: [],
  alertsPending: 0,
  failover: null,
  storedIncidents: 1_234,
  lastIncidentAt: '2026-11-24T08:14:33.1733333Z',
  silence: null,
  hint: null,
};
