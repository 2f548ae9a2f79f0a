import { parseArgs } from 'node:util';
import { ensureLocalCertificates } from '../services/certificates.ts';
import { createRandom } from './basics/random.ts';
import { churn } from './content/churn.ts';
import { seedTenant } from './content/seed-tenant.ts';
import { startSimulator } from './start-simulator.ts';

const NAMES = [
  'Northwind Logistics',
  'Harbour & Pine',
  'Fabrikam Dental',
  'Blue Fjord Energy',
  'Tailspin Toys',
  'Lakeside Clinics',
  'Wingtip Freight',
  'Old Mill Foods',
];
const PARTNER = { tenantId: '0a0a0a0a-0000-4000-8000-000000000001', domain: 'partner.example', displayName: 'Partner' };

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    tenants: { type: 'string', default: '5' },
    incidents: { type: 'string', default: '120' },
    churn: { type: 'string', default: '0' },
    certificates: { type: 'string', default: '.local/certificates' },
    'client-id': { type: 'string', default: '0a0a0a0a-0000-4000-8000-000000000002' },
    'client-secret': { type: 'string', default: 'local-simulator-secret' },
    'secret-name': { type: 'string', default: 'partner-app-secret' },
  },
});

const seed = Number(values.seed);
const certificates = await ensureLocalCertificates(values.certificates);
const simulator = await startSimulator({ port: Number(values.port), seed, certificates });
const { control } = simulator;
control.addTenant(PARTNER);
control.addApp({
  clientId: values['client-id'],
  homeTenantId: PARTNER.tenantId,
  secrets: [{ value: values['client-secret'] }],
});
control.addIdentity({
  clientId: '0a0a0a0a-0000-4000-8000-000000000003',
  principalId: '0a0a0a0a-0000-4000-8000-000000000004',
  tenantId: PARTNER.tenantId,
});
control.setSecret(values['secret-name'], values['client-secret']);

const random = createRandom(seed);
const tenants = Array.from({ length: Number(values.tenants) }, (_, place) => {
  const displayName = NAMES[place] ?? `Customer ${place + 1}`;
  const domain = `${displayName.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.example`;
  return { tenantId: random.guid(), displayName, domain };
});
for (const [place, tenant] of tenants.entries())
  seedTenant(control, { ...tenant, incidents: Number(values.incidents), seed: seed + place, spanDays: 30 });
const changes = churn(control, Number(values.churn), seed);

const { url, vaultUrl, identityEndpoint, identityHeader } = simulator;
const home = { partnerTenantId: PARTNER.tenantId, clientId: values['client-id'] };
const ca = { caFile: `${values.certificates}/ca.pem` };
console.log(JSON.stringify({ url, vaultUrl, identityEndpoint, identityHeader, ...home, ...ca, tenants }));

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    changes.stop();
    void simulator.close();
  });
