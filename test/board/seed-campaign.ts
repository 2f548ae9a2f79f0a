import { followChanges } from '../../shared/campaigns/follow-changes.ts';
import { normaliseUrl } from '../../shared/domain/observables/network-values.ts';
import { encodeValue } from '../../shared/domain/rows/row-keys.ts';
import { settleCampaign } from '../../shared/campaigns/settle-campaign.ts';
import { FOLLOW } from '../campaigns/campaign-world.ts';
import { anAlert, anIncident, seedIncidents } from '../helpers/seed.ts';
import type { BoardFixture } from './board-fixture.ts';
import { FABRIKAM, minutesAgo, NORTHWIND, TAILSPIN } from './seed-board.ts';

export const SENDER = 'billing@evil.test';
const HOSTILE_LINK = `evil.test/${'a'.repeat(300)}/<img>`;

/** The same mail at three customers, an old incident of the first among them, and an address that is noise. */
export async function seedCampaign({ incidents }: Pick<BoardFixture, 'incidents'>): Promise<void> {
  const entities = [
    { type: 'mailMessage', verdict: 'malicious', p2SenderAddress: SENDER },
    { type: 'url', verdict: 'suspicious', url: HOSTILE_LINK },
    { type: 'ip', verdict: 'suspicious', ipAddress: '192.168.7.7' },
  ];
  for (const [tenantId, id, minutes] of [
    [NORTHWIND, '1001', 55],
    [FABRIKAM, '1500', 200],
    [TAILSPIN, '1600', 300],
  ] as const) {
    const alerts = [{ ...anAlert(id, `c-${id}`), title: 'Mail with a malicious link', entities }];
    const name = id === '1001' ? 'Hands-on-keyboard attack on 3 devices' : 'Payment mail';
    await seedIncidents(incidents, tenantId, [anIncident(id, minutesAgo(minutes), { name, severity: 'high' })], alerts);
  }
  const link = normaliseUrl(HOSTILE_LINK)?.value ?? '';
  for (const value of [SENDER, link, 'evil.test', '192.168.7.7']) await settleCampaign(incidents, encodeValue(value));
  await followChanges({ ...FOLLOW, incidents });
}
