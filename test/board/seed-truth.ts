import type { Incident } from '../../shared/domain/incidents/incident.ts';
import type { TenantRecord } from '../../shared/domain/tenants/tenant-record.ts';
import type { BlindPeriod, LastError, TenantState } from '../../shared/domain/tenants/tenant-state.ts';
import type { TenantId } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks } from '../../shared/domain/values/ticks.ts';
import { anAlert, anIncident, seedIncidents, seedRecord, seedState, tenantNumber } from '../helpers/seed.ts';
import type { BoardFixture } from './board-fixture.ts';
import { aFirstRead, dropLog, minutesAgo, ticksAgo, toLogRow, writeRows } from './seed-board.ts';

type Tables = Pick<BoardFixture, 'incidents' | 'tenants'>;

export const CONTOSO = tenantNumber(21);
const CONTOSO_BANK = tenantNumber(22);

export const STORY = tenantNumber(28);
export const FRESH = tenantNumber(27);

const aFailure = (fields: Partial<LastError>): LastError => ({
  code: 'consent-missing',
  message: 'The app has no consent',
  blame: 'tenant',
  action: 'Send the customer a new consent link',
  since: ticksAgo(95),
  ...fields,
});

/** Customers of whom something false is easily said. */
export async function seedTruth({ incidents, tenants }: Tables): Promise<void> {
  await incidents.get('0', 'clock'); // the first answer sets the service's time
  const fresh = { status: 'active', completeFrom: ticksAgo(40_000), completeThrough: ticksAgo(3) } as const;
  const old = { ...fresh, completeThrough: ticksAgo(90_000), isPaused: true };
  const expired = aFailure({
    code: 'app-credential-refused',
    message: 'Cannot get a token as the secret has expired',
    blame: 'partner',
    action: 'Put a new secret into the vault',
    since: ticksAgo(4),
  });
  const customers: [TenantId, string, Partial<TenantState>, Partial<TenantRecord>?][] = [
    [CONTOSO, 'Contoso', fresh],
    [CONTOSO_BANK, 'Contoso Bank', { ...fresh, lastBlind: aFirstReadLongOver() }],
    [
      tenantNumber(23),
      'Lost Ltd',
      { ...fresh, status: 'consent-missing', completeThrough: ticksAgo(95), lastError: aFailure({}) },
    ],
    [tenantNumber(24), 'Gone Ltd', old, { deletedAt: minutesAgo(80_000) }],
    [tenantNumber(25), 'Paused Ltd', old],
    [tenantNumber(26), 'Shaky Ltd', { ...fresh, completeThrough: ticksAgo(4), lastError: expired }],
    [STORY, 'Story Ltd', fresh],
    [
      FRESH,
      'Fresh Ltd',
      { status: 'pending', statusSince: ticksAgo(10), completeThrough: ticksAgo(20_000), backfill: aFirstRead() },
    ],
  ];
  for (const [tenantId, displayName, state, record = {}] of customers) {
    await seedState(incidents, tenantId, state);
    await seedRecord(tenants, tenantId, { displayName, ...record });
  }
  await seedLife({ incidents });
  await seedIncidents(incidents, CONTOSO, [
    anIncident('1', minutesAgo(50), { name: 'Contoso high', severity: 'high' }),
  ]);
  await seedIncidents(incidents, CONTOSO_BANK, [
    anIncident('2', minutesAgo(40), { name: 'Bank low', severity: 'low' }),
    anIncident('3', minutesAgo(30), { name: 'Bank low again', severity: 'low', status: 'inProgress' }),
  ]);
  await dropLog(incidents, [CONTOSO, CONTOSO_BANK, STORY]);
  await seedShift({ incidents });
}

const aFirstReadLongOver = (): BlindPeriod => ({ since: ticksAgo(21), until: ticksAgo(20), code: 'pending' });

/** A shift: ten changes of little weight after one that matters, and the first reads of three customers. */
async function seedShift({ incidents }: Pick<Tables, 'incidents'>): Promise<void> {
  const raised = anIncident('501', minutesAgo(30), { name: 'Raised', severity: 'high' });
  const closed = anIncident('502', minutesAgo(29), { name: 'Closed', severity: 'low', status: 'resolved' });
  const comment = { comment: 'Known test until Friday', createdBy: 'bo@soc.example', createdTime: null };
  await writeRows(incidents, CONTOSO, [
    toLogRow(CONTOSO, raised, {
      kind: 'changed',
      changes: [
        { field: 'severity', from: 'informational', to: 'high' },
        { field: 'comments', from: [], to: [comment] },
      ],
    }),
    toLogRow(CONTOSO, closed, {
      kind: 'resolved',
      changes: [
        { field: 'status', from: 'active', to: 'resolved' },
        { field: 'determination', from: null, to: 'phishing' },
      ],
    }),
    ...Array.from({ length: 10 }, (_, index) =>
      toLogRow(CONTOSO, anIncident(`60${index}`, minutesAgo(20), { severity: 'low' }), {}, 5),
    ),
  ]);
  for (const tenantId of [CONTOSO, CONTOSO_BANK, STORY])
    await writeRows(incidents, tenantId, [
      toLogRow(tenantId, anIncident('700', minutesAgo(9_000)), { isBackfill: true }),
      toLogRow(tenantId, anIncident('701', minutesAgo(9_000)), { isBackfill: true }),
    ]);
}

const HOUR = 60;

/** An incident that was first read on its third day, resolved ten hours ago and reopened four hours ago. */
async function seedLife({ incidents }: Pick<Tables, 'incidents'>): Promise<void> {
  const createdTime = formatTicks(ticksAgo(60 * HOUR));
  const at = (hours: number, status: string): Incident =>
    anIncident('77', minutesAgo(hours * HOUR), {
      name: 'A long story',
      status,
      assignedTo: 'ada@soc.example',
      createdTime,
    });
  const alert = {
    ...anAlert('77', 'a1'),
    createdTime,
    firstActivity: formatTicks(ticksAgo(70 * HOUR)),
  };
  for (const version of [at(20, 'active'), at(10, 'resolved'), at(4, 'inProgress')])
    await seedIncidents(incidents, STORY, [version], [alert]);
  await seedIncidents(incidents, STORY, [
    anIncident('78', minutesAgo(20 * HOUR), {
      name: 'Closed long ago',
      status: 'resolved',
      createdTime,
    }),
  ]);
}
