import { TICKS_PER_DAY, TICKS_PER_MINUTE, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { createRandom } from '../basics/random.ts';
import { formatWireTime } from '../state/incident-json.ts';
import type { SimulatorControl } from '../state/simulator.ts';
import type { EntityInput } from '../state/wire-incident.ts';
import { createSampleCompany } from './sample-company.ts';

/** What the victims have in common. */
export const CAMPAIGN = {
  sender: 'billing@invoice-portal.example',
  url: 'https://invoice-portal.example/pay/8841',
  sha256: '5f3c0d2ab9e81746cd0f92b7a4e6135887c1d94be20f6a3357d8e1b04c92fa6d',
} as const;

const TITLE = 'Email messages with a malicious link were clicked after delivery';
const DAYS_BETWEEN = 3n;

/** The same mail, link and file come to each of these tenants, some days apart; the newest to the first. */
export function addCampaign(
  control: SimulatorControl,
  victims: readonly { tenantId: string; domain: string }[],
  seed: number,
): void {
  const random = createRandom(seed);
  for (const [place, { tenantId, domain }] of victims.entries()) {
    const { account, principalName } = random.pick(createSampleCompany(domain).people);
    const at = control.now() - BigInt(place) * DAYS_BETWEEN * TICKS_PER_DAY - 90n * TICKS_PER_MINUTE;
    control.addIncident(tenantId, {
      createdTime: at,
      lastUpdateTime: at,
      visibleAt: at,
      incidentName: 'Payment mail with a malicious link',
      severity: 'High',
      status: place === 0 ? 'Active' : 'Resolved',
      alerts: [
        {
          alertId: `fa${random.guid()}`,
          serviceSource: 'OfficeATP',
          detectionSource: 'OfficeATP',
          title: TITLE,
          category: 'InitialAccess',
          mitreTechniques: ['T1566.002'],
          ...timesOf(at),
          entities: evidenceOf(account, principalName),
        },
      ],
    });
  }
}

function timesOf(at: Ticks) {
  const time = formatWireTime(at);
  return { creationTime: time, lastUpdatedTime: time, firstActivity: time, lastActivity: time };
}

function evidenceOf(account: string, principalName: string): EntityInput[] {
  const { sender, url, sha256 } = CAMPAIGN;
  return [
    {
      entityType: 'MailMessage',
      verdict: 'Malicious',
      sender,
      recipient: principalName,
      subject: 'Your invoice is overdue',
      deliveryAction: 'Delivered',
      userPrincipalName: principalName,
    },
    { entityType: 'Url', verdict: 'Malicious', url },
    {
      entityType: 'File',
      verdict: 'Malicious',
      sha256,
      fileName: 'invoice_8841.iso',
      filePath: `C:\\Users\\${account}\\Downloads`,
    },
  ];
}
