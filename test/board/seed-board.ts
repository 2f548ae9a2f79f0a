import type { Incident } from '../../shared/domain/incidents/incident.ts';
import { toChangeLogRow, toListRow, type ChangeLogEntry } from '../../shared/domain/rows/incident-rows.ts';
import { changeLogKey, openKey } from '../../shared/domain/rows/row-keys.ts';
import { NOTHING_TOLD } from '../../shared/domain/observables/told.ts';
import type { TenantState } from '../../shared/domain/tenants/tenant-state.ts';
import type { RowOperation } from '../../shared/domain/values/table-row.ts';
import { shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks, type Ticks } from '../../shared/domain/values/ticks.ts';
import { listAllRows } from '../../shared/tables/list-all-rows.ts';
import { anAlert, anIncident, seedIncidents, seedRecord, seedState, tenantNumber, ticksOf } from '../helpers/seed.ts';
import type { BoardFixture } from './board-fixture.ts';

type Tables = Pick<BoardFixture, 'incidents' | 'tenants'>;

export const NORTHWIND = tenantNumber(1);
export const FABRIKAM = tenantNumber(2);
export const TAILSPIN = tenantNumber(3);
export const BLUE_FJORD = tenantNumber(4);
export const STRANGER = tenantNumber(5);

/** Minutes before now as the API writes times. */
export const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
export const ticksAgo = (minutes: number): Ticks => ticksOf(minutesAgo(minutes));

/** Text that would run, calculate, turn around or break the layout if it were anything but text. */
export const HOSTILE_TITLES = {
  script: '<img src=x onerror="document.title=1"><script>document.title=2</script>',
  formula: '=HYPERLINK("https://evil.example","open")',
  rightToLeft: '\u202Egpj.exe\u202C invoice',
  long: 'A'.repeat(10_240),
  arabic: `${'نشاط مشبوه على عدة أجهزة '.repeat(8)}ws-017`,
};

/** Five customers, each in a state of its own, and some incidents. */
export async function seedBoard({ incidents, tenants }: Tables): Promise<void> {
  await incidents.get('0', 'clock'); // the first answer sets the service's time
  const fresh = { status: 'active', completeFrom: ticksAgo(40_000), completeThrough: ticksAgo(3) } as const;
  const refusal = {
    code: 'consent-missing',
    message: 'The app has no consent',
    blame: 'tenant',
    action: 'Send the customer a new consent link',
    since: ticksAgo(95),
  } as const;
  const states: [TenantId, string, Partial<TenantState>][] = [
    [NORTHWIND, 'Northwind Logistics', { ...fresh, storedIncidents: 8 }],
    [
      FABRIKAM,
      'Fabrikam Dental',
      { ...fresh, status: 'consent-missing', completeThrough: ticksAgo(95), lastError: refusal },
    ],
    [TAILSPIN, 'Tailspin Toys', { ...fresh, storedIncidents: 0 }],
    [BLUE_FJORD, 'Blue Fjord Energy', { status: 'active', backfill: aFirstRead(), storedIncidents: 120 }],
    [STRANGER, 'Stranger Inc', { status: 'awaiting-approval' }],
  ];
  for (const [tenantId, displayName, state] of states) {
    await seedState(incidents, tenantId, state);
    await seedRecord(tenants, tenantId, { displayName, customer: displayName.split(' ')[0] ?? null, labels: ['gold'] });
  }
  await seedStories({ incidents, tenants });
}

/** Two fifths read in ten minutes. */
export function aFirstRead(): NonNullable<TenantState['backfill']> {
  const [from, to] = [ticksAgo(40_000), ticksAgo(20)];
  const cursor = from + ((to - from) * 2n) / 5n;
  const counts = { calls: 20, incidents: 120 };
  return {
    from,
    to,
    cursor,
    bounds: [],
    unit: 'tick',
    ...counts,
    startedAt: ticksAgo(10),
    currentAt: undefined,
    search: undefined,
    instant: undefined,
  };
}

async function seedStories({ incidents }: Tables): Promise<void> {
  const created = minutesAgo(26 * 60);
  const first = anIncident('1001', minutesAgo(25 * 60), {
    name: 'Hands-on-keyboard attack on 3 devices',
    severity: 'high',
    status: 'active',
    createdTime: formatTicks(ticksOf(created)),
    url: 'https://security.microsoft.com/incidents/1001',
    devices: [
      {
        deviceId: 'd1',
        aadDeviceId: null,
        name: 'ws-017',
        osPlatform: 'Windows11',
        healthStatus: null,
        riskScore: 'high',
      },
    ],
  });
  const comment = { comment: 'Isolated the device', createdBy: 'ada@soc.example', createdTime: minutesAgo(70) };
  await seedIncidents(incidents, NORTHWIND, [first], [anAlert('1001', 'a1')]);
  await seedIncidents(
    incidents,
    NORTHWIND,
    [
      { ...first, ...at(60), status: 'inProgress', assignedTo: 'ada@soc.example', comments: [comment] },
      anIncident('1002', minutesAgo(50), {
        name: 'Phishing campaign',
        severity: 'medium',
        assignedTo: 'bo@soc.example',
      }),
      anIncident('1003', minutesAgo(40), {
        name: 'Merged into the first',
        status: 'redirected',
        redirectIncidentId: '1001',
      }),
      anIncident('1004', minutesAgo(30), { name: 'Closed yesterday', status: 'resolved', severity: 'low' }),
    ],
    [anAlert('1001', 'a1')],
  );
  await seedIncidents(incidents, NORTHWIND, sketched(SKETCHES.northwind, 1010));
  await seedIncidents(incidents, FABRIKAM, [
    anIncident('1002', minutesAgo(130), { name: 'Impossible travel', severity: 'medium' }),
    ...sketched(SKETCHES.fabrikam, 1020),
  ]);
  await dropLog(incidents, [NORTHWIND, FABRIKAM]);
  await seedLog(incidents);
}

/** What seeding itself logs would be handed over a minute later, in the middle of the tests. */
export async function dropLog(incidents: BoardFixture['incidents'], tenantIds: readonly TenantId[]): Promise<void> {
  for (const tenantId of tenantIds) {
    const rows = await listAllRows(incidents, shardOf(tenantId), { from: 'C!', to: 'C"' });
    if (rows.length > 0)
      await incidents.transact(
        shardOf(tenantId),
        rows.map(({ rowKey }) => ({ kind: 'delete', rowKey })),
      );
  }
}

const at = (minutes: number): Pick<Incident, 'lastUpdateTime'> => ({ lastUpdateTime: formatTicks(ticksAgo(minutes)) });

/** Entries of the log from a while ago: what is younger than a minute is not handed over yet. */
async function seedLog(incidents: BoardFixture['incidents']): Promise<void> {
  const past = Array.from({ length: 1_000 }, (_, index) =>
    toLogRow(BLUE_FJORD, anIncident(`7${index}`, minutesAgo(20_000 + index)), { isBackfill: true }),
  );
  await writeRows(incidents, BLUE_FJORD, past);
  const taken = anIncident('1005', minutesAgo(12), { name: 'Taken over', severity: 'high', status: 'resolved' });
  await writeRows(incidents, NORTHWIND, [
    toLogRow(NORTHWIND, taken, {}),
    toLogRow(NORTHWIND, taken, { kind: 'resolved' }, 8),
  ]);
}

export function toLogRow(
  tenantId: TenantId,
  incident: Incident,
  what: Partial<Pick<ChangeLogEntry, 'kind' | 'isBackfill' | 'changes'>>,
  minutes = 9,
): RowOperation {
  const storedAt = ticksAgo(minutes);
  const entry = { tenantId, incident, storedAt: formatTicks(storedAt), kind: 'appeared', isBackfill: false } as const;
  return {
    kind: 'upsert',
    rowKey: changeLogKey(storedAt, tenantId, incident.incidentId),
    properties: toChangeLogRow({ ...entry, changes: [], told: NOTHING_TOLD, ...what }),
  };
}

/** Incidents whose titles were written by somebody who means harm. */
export async function seedHostile({ incidents }: Tables): Promise<void> {
  const titles = Object.values(HOSTILE_TITLES);
  const hostile = titles.map((name, index) =>
    anIncident(`200${index}`, minutesAgo(400 + index), { name, severity: 'low' }),
  );
  await seedIncidents(incidents, NORTHWIND, hostile);
}

type Sketch = readonly [minutes: number, severity: string, name: string, assignedTo: string | null];

/** A working day of two customers. */
const SKETCHES: Readonly<Record<'northwind' | 'fabrikam', readonly Sketch[]>> = {
  northwind: [
    [65, 'low', 'Suspicious PowerShell command line on one endpoint', null],
    [90, 'medium', 'Multi-stage incident involving initial access and discovery on one endpoint', 'bo@soc.example'],
    [120, 'informational', 'Email reported by user as malware or phish involving one user', null],
    [160, 'high', 'Possible ransomware activity on multiple endpoints', 'ada@soc.example'],
    [210, 'informational', 'Email messages containing malicious URL removed after delivery', null],
    [260, 'medium', 'Mass download from SharePoint by one user', 'ada@soc.example'],
  ],
  fabrikam: [
    [150, 'medium', 'Unfamiliar sign-in properties involving one user', null],
    [240, 'low', "'Mimikatz' hacktool was detected on one endpoint", null],
    [300, 'medium', 'Password spray on multiple users', 'bo@soc.example'],
  ],
};

function sketched(sketches: readonly Sketch[], firstId: number): Incident[] {
  return sketches.map(([minutes, severity, name, assignedTo], index) =>
    anIncident(String(firstId + index), minutesAgo(minutes), { severity, name, assignedTo }),
  );
}

export const CROWD = tenantNumber(9);

/** Open incidents as the open list has them; nothing else of them is needed to scroll, filter and search. */
export async function seedCrowd({ incidents, tenants }: Tables, count: number): Promise<void> {
  await seedState(incidents, CROWD, { status: 'active', completeThrough: ticksAgo(2), storedIncidents: count });
  await seedRecord(tenants, CROWD, { displayName: 'Crowded House' });
  const rows = Array.from({ length: count }, (_, index): RowOperation => {
    const incident = anIncident(`5${String(index).padStart(5, '0')}`, minutesAgo(1_000 + index), {
      name: `Crowd ${index}`,
    });
    const stamp = {
      tenantId: CROWD,
      contentHash: '0'.repeat(32),
      firstCollectedAt: minutesAgo(9),
      collectedAt: minutesAgo(9),
    };
    const rowKey = openKey(CROWD, incident.incidentId, ticksOf(incident.lastUpdateTime));
    return { kind: 'upsert', rowKey, properties: toListRow(incident, stamp) };
  });
  await writeRows(incidents, CROWD, rows);
}

export async function writeRows(
  table: BoardFixture['incidents'],
  tenantId: TenantId,
  rows: RowOperation[],
): Promise<void> {
  for (let index = 0; index < rows.length; index += 100)
    await table.transact(shardOf(tenantId), rows.slice(index, index + 100));
}
