import type { LastError, TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { anIncident, seedIncidents, seedRecord, seedState, tenantNumber } from '../../helpers/seed.ts';
import type { BoardFixture } from '../board-fixture.ts';
import { minutesAgo, ticksAgo } from '../seed-board.ts';

const DAY = 24 * 60;

export const SILENT = tenantNumber(101);
export const BUSY = tenantNumber(102);
export const LEAVING = tenantNumber(103);
export const NEWCOMER = tenantNumber(104);

/** Names as long as real ones. */
const NAMES = [
  'Adatum',
  'Bellows College',
  'Fourth Coffee',
  'Margie’s Travel',
  'Proseware',
  'Relecloud',
  'Trey Research',
];

/** As if so many were stored, the newest some hours ago. */
const someIncidents = (index: number): Partial<TenantState> => ({
  storedIncidents: 20 + index,
  lastChangeAt: ticksAgo(25 + index * 97),
  arrivals: { newestAt: ticksAgo(25 + index * 97), hours: 1n },
});

/** Forty customers: one that has fallen silent, one with much to do, one that leaves, one that waits, one blind, and many at peace. */
export async function seedFleet({ incidents, tenants }: Pick<BoardFixture, 'incidents' | 'tenants'>): Promise<void> {
  await incidents.get('0', 'clock'); // the first answer sets the service's time
  const fresh = { status: 'active', completeFrom: ticksAgo(40 * DAY), completeThrough: ticksAgo(2) } as const;
  const refused: LastError = {
    code: 'consent-missing',
    message: 'The app has no consent',
    blame: 'tenant',
    action: 'Send the customer a new consent link',
    since: ticksAgo(300),
  };
  const blind = { ...fresh, status: 'consent-missing', completeThrough: ticksAgo(300), lastError: refused } as const;
  const customers: [TenantId, string, Partial<TenantState>][] = [
    [SILENT, 'Northwind Traders', fresh],
    [BUSY, 'Litware', fresh],
    [LEAVING, 'Wingtip Toys', fresh],
    [NEWCOMER, 'Whoever', { status: 'awaiting-approval' }],
    [tenantNumber(105), 'Lucerne Publishing', blind],
    ...Array.from({ length: 35 }, (_, index): [TenantId, string, Partial<TenantState>] => [
      tenantNumber(110 + index),
      `${NAMES[index % NAMES.length] ?? ''} ${1 + Math.floor(index / NAMES.length)}`,
      { ...fresh, ...someIncidents(index) },
    ]),
  ];
  for (const [tenantId, displayName, state] of customers) {
    await seedState(incidents, tenantId, state);
    await seedRecord(tenants, tenantId, { displayName, labels: tenantId === BUSY ? ['gold'] : [] });
  }
  await seedIncidents(
    incidents,
    SILENT,
    Array.from({ length: 80 }, (_, index) =>
      anIncident(String(index + 1), minutesAgo(9 * DAY + 60 + index * 6 * 60), { status: 'resolved' }),
    ),
  );
  const severities = ['high', 'high', 'medium', 'low', 'low', 'low', 'informational'];
  await seedIncidents(
    incidents,
    BUSY,
    severities.map((severity, index) => anIncident(String(index + 1), minutesAgo(60 + index), { severity })),
  );
  await seedIncidents(incidents, LEAVING, [anIncident('1', minutesAgo(200)), anIncident('2', minutesAgo(300))]);
}
