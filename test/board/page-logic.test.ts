import { describe, expect, test } from '@jest/globals';
import { countPerCustomer, countPerDay } from '../../functions/board/chart/count-per-day.ts';
import { asCounted } from '../../functions/board/chart/known-days.ts';
import { readTenantName } from '../../functions/board/customers/tenant-name.ts';
import type { BoardTenant } from '../../functions/board/data/answers.ts';
import { neighboursOf } from '../../functions/board/data/list-place.ts';
import { loadPages } from '../../functions/board/data/load-pages.ts';
import { readPrincipal } from '../../functions/board/data/read-principal.ts';
import { defang } from '../../functions/board/evidence/defang.ts';
import { portalLinks } from '../../functions/board/evidence/portal-links.ts';
import { layRelations, relate } from '../../functions/board/evidence/relations.ts';
import { groupChanges } from '../../functions/board/handover/group-changes.ts';
import { EVIDENCE_KINDS, OTHER_EVIDENCE } from '../../functions/board/evidence/evidence-kinds.ts';
import { readIncidentReference } from '../../functions/board/model/incident-link.ts';
import { moveRow, windowOf } from '../../functions/board/grid/window-of.ts';
import { describeChange } from '../../functions/board/model/describe-change.ts';
import { formatAge, formatDay, formatDuration } from '../../functions/board/model/format-time.ts';
import { NO_FILTER } from '../../functions/board/model/incident-filter.ts';
import { PLAIN_LOOK } from '../../functions/board/model/list-look.ts';
import { readRoute, writeRoute, type Route } from '../../functions/board/model/route.ts';
import { selectIncidents } from '../../functions/board/model/select-incidents.ts';
import { blindSentence, freshnessOf, type Freshness } from '../../functions/board/parts/freshness.ts';
import { attackOrder, techniqueOf, toStages } from '../../functions/board/story/kill-chain.ts';
import { openTimes } from '../../functions/board/story/open-times.ts';
import { refang } from '../../shared/domain/observables/network-values.ts';
import type { HistoryEntry } from '../../shared/domain/rows/incident-rows.ts';
import type { ShownChange } from '../../shared/domain/views/change-list.ts';
import type { BlindTenant } from '../../shared/domain/views/coverage.ts';
import type { IncidentView } from '../../shared/domain/views/incident-view.ts';
import { anAlert, anIncident, tenantNumber } from '../helpers/seed.ts';
import { readSought } from '../../shared/domain/queries/sought.ts';

const NOW = Date.parse('2026-11-25T14:08:00Z');
const TENANT = tenantNumber(1);
const HOUR_MS = 3_600_000;

function aView(incidentId: string, at: string, fields: Partial<IncidentView> = {}): IncidentView {
  const stored = { firstCollectedAt: at, collectedAt: at, alertsPending: false, truncated: [], sourceMissing: false };
  const names = { tenantId: TENANT, tenantName: 'Contoso', customer: null };
  const rest = { beyondSourceRetention: false, unindexedValues: 0, devicesCount: null, usersCount: null };
  return { ...anIncident(incidentId, at), ...names, ...stored, ...rest, ...fields };
}

describe('readRoute()', () => {
  const filter = {
    ...NO_FILTER,
    q: 'a&b=c #1',
    severity: ['high', 'low'],
    customer: 'Ä & Co',
    sort: 'severity',
  } as const;
  test.each<Route>([
    { view: 'incidents', filter: NO_FILTER, look: undefined },
    {
      view: 'incidents',
      filter: { ...filter, isDescending: false },
      look: { columns: ['name', 'tags'], group: 'title', isDense: true, sla: { high: 1, medium: 24, low: 72 } },
    },
    { view: 'incidents', filter: NO_FILTER, look: { ...PLAIN_LOOK, group: 'customer' } },
    { view: 'incident', tenantId: TENANT, incidentId: 'a/b?c#d%' },
    { view: 'customers', q: 'x y', status: 'paused', sort: 'lag' },
    { view: 'chart', days: 30, tenantId: TENANT },
    { view: 'handover', since: '2026-11-25T06:00:00.000Z' },
  ])('restores what writeRoute() wrote: %j', (route) => {
    expect(readRoute(writeRoute(route))).toEqual(route);
  });

  test('opens something useful for what was cut off or invented', () => {
    expect(readRoute('#/incident/%E0%A4%A')).toMatchObject({ view: 'incident', incidentId: '' });
    expect(readRoute('#/chart?days=5000')).toMatchObject({ days: 14 });
    expect(readRoute('#/handover?since=2026-13')).toMatchObject({ since: '' });
    expect(readRoute('#/nowhere?sort=-nothing')).toEqual({ view: 'incidents', filter: NO_FILTER });
    expect(readRoute('#/incidents?columns=tags,nothing&group=moon')).toMatchObject({
      look: { columns: ['name', 'tags'], group: 'none', isDense: false },
    });
  });
});

test.each([
  [' 1234 ', { incidentId: '1234', tenantId: undefined }],
  ['#1234', { incidentId: '1234', tenantId: undefined }],
  [`https://security.microsoft.com/incidents/77?tid=${TENANT}`, { incidentId: '77', tenantId: TENANT }],
  [`https://security.microsoft.com/incident2/77/overview?x=1`, { incidentId: '77', tenantId: undefined }],
  ['https://security.microsoft.com/alerts/77', undefined],
  ['phishing 77', undefined],
])('readIncidentReference(%j) is %j', (text, reference) => {
  expect(readIncidentReference(text)).toEqual(reference);
});

describe('selectIncidents()', () => {
  const incidents = [
    aView('1', '2026-11-25T10:00:00Z', { severity: 'low', assignedTo: 'Ada@soc.example' }),
    aView('2', '2026-11-25T11:00:00Z', { severity: 'high', tags: ['VIP'] }),
    aView('3', '2026-11-25T12:00:00Z', { severity: 'sideways', tenantName: 'Fabrikam' }),
  ];
  const select = (filter: Partial<typeof NO_FILTER>): string[] =>
    selectIncidents(incidents, { ...NO_FILTER, ...filter }, new Map([[TENANT, ['gold']]])).map((one) => one.incidentId);

  test('filters by each field and searches all words in any field', () => {
    expect(select({})).toEqual(['3', '2', '1']);
    expect(select({ assigned: 'ada' })).toEqual(['1']);
    expect(select({ assigned: 'unassigned' })).toEqual(['3', '2']);
    expect(select({ customer: 'FABRI' })).toEqual(['3']);
    expect(select({ label: 'silver' })).toEqual([]);
    expect(select({ q: 'vip contoso' })).toEqual(['2']);
  });

  test('sorts the worst severity first, words that are not known last', () => {
    expect(select({ sort: 'severity' })).toEqual(['2', '1', '3']);
    expect(select({ sort: 'severity', isDescending: false })).toEqual(['3', '1', '2']);
  });
});

describe('openTimes()', () => {
  const created = '2026-11-25T04:08:00Z';
  const change = (at: string, field: string, from: unknown, to: unknown): HistoryEntry => ({
    at,
    lastUpdateTime: at,
    changes: [{ field, from, to }],
  });

  const first = change('2026-11-25T04:09:00Z', 'created', null, null);
  const anOpen = (fields: Partial<IncidentView>): IncidentView =>
    aView('1', '2026-11-25T12:08:00Z', { createdTime: created, ...fields });

  test('adds up the times without an owner', () => {
    const history = [
      change('2026-11-25T08:08:00Z', 'assignedTo', 'ada', null),
      change('2026-11-25T06:08:00Z', 'assignedTo', null, 'ada'),
      first,
    ];
    expect(openTimes({ incident: anOpen({ assignedTo: null }), history }, NOW)).toEqual({
      openMs: 10 * HOUR_MS,
      isOpen: true,
      unassignedMs: 8 * HOUR_MS,
      isUnassigned: true,
      isWhole: true,
      reopened: 0,
    });
  });

  test('ends when the incident was resolved', () => {
    const incident = anOpen({ status: 'resolved', assignedTo: 'ada' });
    const history = [change('2026-11-25T09:08:00Z', 'status', 'active', 'resolved'), first];
    expect(openTimes({ incident, history }, NOW)).toMatchObject({
      openMs: 5 * HOUR_MS,
      isOpen: false,
      unassignedMs: 0,
    });
  });

  test('does not count the time in which it was resolved', () => {
    const history = [
      change('2026-11-25T12:08:00Z', 'status', 'resolved', 'inProgress'),
      change('2026-11-25T05:08:00Z', 'status', 'active', 'resolved'),
      first,
    ];
    expect(openTimes({ incident: anOpen({ status: 'inProgress', assignedTo: null }), history }, NOW)).toMatchObject({
      openMs: 3 * HOUR_MS,
      unassignedMs: 3 * HOUR_MS,
      reopened: 1,
    });
  });

  test.each([
    ['open', { status: 'active' }, 4 * HOUR_MS],
    ['closed', { status: 'resolved' }, 0],
  ])('claims nothing of the time before the first version that was read: %s', (_case, fields, openMs) => {
    const incident = anOpen({ ...fields, createdTime: '2026-11-01T00:00:00Z', assignedTo: 'ada' });
    const history = [change('2026-11-25T10:08:00Z', 'created', null, null)];
    expect(openTimes({ incident, history }, NOW)).toMatchObject({ openMs, unassignedMs: 0, isWhole: false });
  });
});

describe('the attack', () => {
  const alertOf = (alertId: string, category: string | null, firstActivity: string | null, mitre: string[] = []) => ({
    ...anAlert('1', alertId),
    category,
    firstActivity,
    createdTime: '2026-11-25T13:13:00Z',
    mitreTechniques: mitre,
  });
  const [early, late] = ['2026-11-25T12:18:00Z', '2026-11-25T12:20:00Z'];

  test('is in the order of first activity, at the same time in that of the tactics, whatever the spelling', () => {
    const alerts = [
      alertOf('raised', 'Impact', null),
      alertOf('other', 'Ransomware', early),
      alertOf('credentials', 'CredentialAccess', early),
      alertOf('later', 'InitialAccess', late),
      alertOf('execution', 'execution', early),
    ];
    expect(attackOrder(alerts).map(({ alertId }) => alertId)).toEqual([
      'execution',
      'credentials',
      'other',
      'later',
      'raised',
    ]);
    expect(toStages(alerts).map(({ name, firstAt }) => [name, firstAt])).toEqual([
      ['Initial access', late],
      ['Execution', early],
      ['Credential access', early],
      ['Impact', '2026-11-25T13:13:00Z'],
      ['Ransomware', early],
    ]);
  });

  test('has each technique of a step once, and what is no technique of ATT&CK without a link', () => {
    const alerts = [alertOf('a', null, early, ['T1003', 'T1566.002']), alertOf('b', null, late, ['T1003', '<script>'])];
    expect(toStages(alerts)).toMatchObject([
      {
        name: 'Without a category',
        alerts: 2,
        techniques: [
          { name: 'OS Credential Dumping', href: 'https://attack.mitre.org/techniques/T1003/' },
          { name: 'Phishing: Spearphishing Link', href: 'https://attack.mitre.org/techniques/T1566/002/' },
          { name: '<script>', href: undefined },
        ],
      },
    ]);
    expect(techniqueOf('T9999')).toEqual({
      id: 'T9999',
      name: 'T9999',
      href: 'https://attack.mitre.org/techniques/T9999/',
    });
  });
});

describe('relate()', () => {
  const user = (sid: string) => ({
    accountName: null,
    domainName: null,
    userPrincipalName: null,
    aadUserId: null,
    sid,
  });
  const device = (deviceId: string) => ({
    deviceId,
    aadDeviceId: null,
    name: null,
    osPlatform: null,
    healthStatus: null,
    riskScore: null,
  });
  const [kim, lee] = [user('kim'), user('lee')];
  const [laptop, server] = [device('laptop'), device('server')];
  const alertOn = (users: (typeof kim)[], devices: (typeof laptop)[]) => ({ ...anAlert('1', 'a'), users, devices });

  test('joins those whom the same alerts name, and puts devices near their users', () => {
    const alerts = [alertOn([kim], [server]), alertOn([kim], [server]), alertOn([lee], [laptop]), alertOn([lee], [])];
    const relations = relate({ users: [kim, lee], devices: [laptop, server] }, alerts);

    expect(relations.map((one) => [one.user.sid, one.device.deviceId, one.alerts])).toEqual([
      ['kim', 'server', 2],
      ['lee', 'laptop', 1],
    ]);
    expect(layRelations(relations)).toEqual({ users: [kim, lee], devices: [server, laptop] });
  });

  test('says nothing of a crowd, and takes no time over it', () => {
    const crowd = Array.from({ length: 2_000 }, (_, at) => String(at));
    const parts = { users: crowd.map(user), devices: crowd.map(device) };
    expect(relate(parts, [alertOn(parts.users, parts.devices)])).toEqual([]);
  });
});

test.each([
  ['https://evil.example:8080/a.b?c=d.e', 'hxxps://evil[.]example:8080/a.b?c=d.e'],
  ['HTTP://evil.example', 'hxxp://evil[.]example'],
  ['203.0.113.4', '203[.]0[.]113[.]4'],
  ['2001:db8::1', '2001[:]db8[:]:1'],
  ['kim@evil.example', 'kim[@]evil[.]example'],
])('defang(%j) is %j, which the search reads as the same', (text, dead) => {
  expect(defang(text)).toBe(dead);
  expect(refang(dead).toLowerCase()).toBe(text.toLowerCase());
});

describe('portalLinks()', () => {
  test('leads to the host of the incident’s own link, and nowhere where there is none', () => {
    const links = portalLinks({ url: 'https://security.microsoft.us/incidents/1?tid=x', tenantId: TENANT });
    expect(links?.alert('da/1?x')).toBe(`https://security.microsoft.us/alerts/da%2F1%3Fx?tid=${TENANT}`);
    expect(links?.device({ deviceId: null })).toBeUndefined();
    for (const url of [null, 'javascript:alert(1)', 'http://security.microsoft.com/', 'x'])
      expect(portalLinks({ url, tenantId: TENANT })).toBeUndefined();
  });
});

test('neighboursOf() names what stands before and after an incident, and nothing for one that is not listed', () => {
  const items = [
    aView('1', '2026-11-25T12:20:00Z'),
    aView('2', '2026-11-25T12:20:00Z'),
    aView('3', '2026-11-25T12:20:00Z'),
  ];
  expect(neighboursOf(items, aView('1', '2026-11-25T12:20:00Z'))).toMatchObject({
    at: 1,
    count: 3,
    previous: undefined,
  });
  expect(neighboursOf(items, aView('2', '2026-11-25T12:20:00Z'))).toMatchObject({
    previous: { incidentId: '1' },
    next: { incidentId: '3' },
  });
  expect(neighboursOf(items, aView('4', '2026-11-25T12:20:00Z'))).toBeUndefined();
});

describe('freshnessOf()', () => {
  const tenant: BoardTenant = {
    tenantId: TENANT,
    displayName: 'Contoso',
    customer: null,
    labels: [],
    status: 'active',
    source: 'defender',
    ownSource: null,
    failover: null,
    readFrom: 'defender',
    consentedAt: null,
    deletedAt: null,
    completeThrough: '2026-11-25T14:05:00Z',
    reconciledThrough: null,
    completeFrom: null,
    lagSeconds: 180,
    lastError: null,
    backfill: null,
    reconciliation: null,
    foundLate: 0,
    hint: null,
    gaps: [],
    alertsPending: 0,
    storedIncidents: 0,
    lastIncidentAt: null,
    silence: null,
    blind: undefined,
  };

  const lastError: BoardTenant['lastError'] = {
    code: 'throttled',
    message: 'Defender answered 429',
    blame: 'microsoft',
    action: 'Wait',
    since: '2026-11-25T14:05:00Z',
    missingRoles: [],
  };
  const aBlind = (code: string, kind: BlindTenant['kind']): BlindTenant => ({
    tenantId: TENANT,
    tenantName: null,
    since: '2026-11-25T09:12:00Z',
    until: null,
    code,
    kind,
  });

  test.each<[string, Partial<BoardTenant>, Freshness['kind'], RegExp]>([
    ['a good one', {}, 'fresh', /^Complete up to .*, 3 min ago$/],
    [
      'one that fails',
      { lastError },
      'failing',
      /^Complete up to .*, 3 min ago, but reading it fails since .*throttled$/,
    ],
    ['a blind one', { lastError, blind: aBlind('stale', 'blind') }, 'blind', /^Blind since .*: no complete read/],
    [
      'a paused one',
      { blind: aBlind('paused', 'stopped') },
      'stopped',
      /^Not collected: collection is paused; complete/,
    ],
    [
      'a first read',
      { status: 'pending', backfill: { percent: 44, etaSeconds: null }, blind: aBlind('first-read', 'reading') },
      'reading',
      /^Reading the past: 44 %$/,
    ],
    ['one that was just connected', { blind: aBlind('pending', 'reading') }, 'reading', /^Its first read begins/],
    [
      'a silent one',
      { silence: { since: '2026-11-16T11:05:00Z', seconds: 9.125 * 86_400, usualPauseSeconds: 21_600 } },
      'silent',
      /^Complete up to .*, 3 min ago, and silent: nothing new for 9 d 3 h, and usually it is quiet for 6 h at most$/,
    ],
    ['one that waits for approval', { status: 'awaiting-approval' }, 'waiting', /^It waits for your approval$/],
  ])('tells of %s by what the API says of it', (_case, fields, kind, sentence) => {
    const freshness = freshnessOf({ ...tenant, ...fields }, NOW);

    expect(freshness).toMatchObject({ kind, sentence: expect.stringMatching(sentence) });
    expect(freshness.problem).toBe(fields.lastError?.message);
  });

  test('says from when to when a tenant was blind that sees again', () => {
    const period = {
      since: '2026-11-24T22:00:00Z',
      until: '2026-11-25T06:30:00Z',
      code: 'throttled',
      kind: 'blind',
    } as const;
    expect(blindSentence(period, NOW)).toMatch(/^was blind from .* to .*: throttled$/);
  });
});

describe('groupChanges()', () => {
  const aChange = (incidentId: string, fields: Partial<ShownChange>): ShownChange => ({
    storedAt: '2026-11-25T10:00:00Z',
    tenantId: TENANT,
    tenantName: 'Contoso',
    incidentId,
    name: `Incident ${incidentId}`,
    severity: 'low',
    status: 'active',
    lastUpdateTime: '2026-11-25T10:00:00Z',
    kind: 'changed',
    backfill: false,
    changes: [],
    ...fields,
  });

  test('tells an incident that did two things once', () => {
    const [group] = groupChanges([
      aChange('1', { kind: 'appeared' }),
      aChange('1', { kind: 'resolved', status: 'resolved' }),
    ]);
    expect(group).toMatchObject({ counts: { appeared: 1, resolved: 1, changed: 0 } });
    expect(group?.incidents).toHaveLength(1);
    expect(group?.incidents[0]?.kinds).toEqual(['appeared', 'resolved']);
    expect(group?.incidents[0]?.news).toEqual(['New', 'Resolved']);
  });

  test('takes what a catch-up found of this shift for news, and has the worst first', () => {
    const found = aChange('1', { kind: 'appeared', backfill: true });
    const [group] = groupChanges([found, aChange('2', { severity: 'high' }), aChange('3', {})]);
    expect(group?.incidents.map(({ incidentId }) => incidentId)).toEqual(['2', '1', '3']);
  });

  test.each<[string, Partial<ShownChange>[], string[]]>([
    [
      'a raised severity, once however often it changed',
      [
        { changes: [{ field: 'severity', from: 'informational', to: 'low' }] },
        { changes: [{ field: 'severity', from: 'low', to: 'high' }] },
      ],
      ['Severity Informational → High'],
    ],
    [
      'who wrote what',
      [
        {
          changes: [
            {
              field: 'comments',
              from: [{ comment: 'old', createdBy: 'ada' }],
              to: [
                { comment: 'old', createdBy: 'ada' },
                { comment: 'Red team until Friday', createdBy: 'bo' },
              ],
            },
          ],
        },
      ],
      ['Comment by bo: Red team until Friday'],
    ],
    [
      'as what it was resolved, and whose it was',
      [
        {
          kind: 'resolved',
          status: 'resolved',
          changes: [
            { field: 'status', from: 'active', to: 'resolved' },
            { field: 'classification', from: null, to: 'truePositive' },
            { field: 'determination', from: null, to: 'phishing' },
            { field: 'assignedTo', from: null, to: 'ada' },
          ],
        },
      ],
      ['Resolved as true positive, phishing', 'Assigned to ada'],
    ],
    [
      'that it came back',
      [{ kind: 'reopened', changes: [{ field: 'status', from: 'resolved', to: 'active' }] }],
      ['Reopened'],
    ],
    [
      'a resolution that was taken back as open again',
      [
        { kind: 'resolved', status: 'resolved', changes: [{ field: 'status', from: 'active', to: 'resolved' }] },
        { kind: 'reopened', status: 'active', changes: [{ field: 'status', from: 'resolved', to: 'active' }] },
      ],
      ['Reopened'],
    ],
    [
      'how many alerts came',
      [
        { changes: [{ field: 'alerts', added: ['a'], removed: [], changed: [] }] },
        { changes: [{ field: 'alerts', added: ['b'], removed: [], changed: ['a'] }] },
      ],
      ['2 alerts added', '1 alert changed'],
    ],
  ])('tells %s', (_what, changes, news) => {
    const [group] = groupChanges(changes.map((change) => aChange('1', change)));
    expect(group?.incidents[0]?.news).toEqual(news);
  });
});

const NOTHING = { unknown: 0, informational: 0, low: 0, medium: 0, high: 0, other: 0 };

describe('countPerDay()', () => {
  test('counts by the days of this zone, and leaves out what is older', () => {
    const { days, counts } = countPerDay(
      [
        { day: '2026-11-22', counts: { ...NOTHING, high: 1 } },
        { day: '2026-11-24', counts: { ...NOTHING, other: 1, unknown: 2 } },
        { day: '2026-11-25', counts: { ...NOTHING, high: 1 } },
      ],
      3,
      new Date(2026, 10, 25, 14),
    );
    expect(days.map((day) => day.getDate())).toEqual([23, 24, 25]);
    expect([counts.at(0), counts.at(-1)]).toEqual([
      [0, 0, 1],
      [0, 3, 0],
    ]);
  });

  test('adds up each customer', () => {
    const named = { tenantId: tenantNumber(2), tenantName: null, customer: null };
    expect(countPerCustomer([{ ...named, counts: { ...NOTHING, low: 2, other: 1 } }])).toEqual([
      { tenantId: tenantNumber(2), name: tenantNumber(2), bySeverity: [0, 0, 2, 0, 1], total: 3 },
    ]);
  });
});

describe('asCounted()', () => {
  test('knows no day of a customer before its incidents are counted', () => {
    const tenant = (number: number, completeFrom: string | null): BoardTenant =>
      ({ tenantId: tenantNumber(number), completeFrom }) as Partial<BoardTenant> as BoardTenant;
    const [first, second, third, fourth] = asCounted(
      [
        tenant(1, '2026-11-01T00:00:00Z'),
        tenant(2, '2026-11-01T00:00:00Z'),
        tenant(3, '2026-11-01T00:00:00Z'),
        tenant(4, null),
      ],
      [
        { tenantId: tenantNumber(1), tenantName: null, before: '2026-11-09T00:00:00Z' },
        { tenantId: tenantNumber(2), tenantName: null, before: null },
        { tenantId: tenantNumber(3), tenantName: null, before: '2026-10-09T00:00:00Z' },
        { tenantId: tenantNumber(4), tenantName: null, before: '2026-10-09T00:00:00Z' },
      ],
    );

    expect([first, second, third, fourth].map((one) => one?.completeFrom)).toEqual([
      '2026-11-09T00:00:00Z',
      null,
      '2026-11-01T00:00:00Z',
      null,
    ]);
  });
});

describe('loadPages()', () => {
  const read = (pages: string[][]) => async (cursor: string | undefined) => {
    const at = Number(cursor ?? 0);
    return { items: pages[at] ?? [], cursor: at + 1 < pages.length ? String(at + 1) : null };
  };
  const keyOf = (item: string): string => item;

  test('goes on after an empty page and keeps what moved once', async () => {
    const loaded = await loadPages(read([['a'], [], ['b', 'a']]), { most: 5, keyOf });
    expect(loaded).toEqual({ items: ['a', 'b'], isWhole: true, isCut: false });
  });

  test('stops at the limit and says that there is more, but not when exactly that many are there', async () => {
    expect(await loadPages(read([['a', 'b'], ['c']]), { most: 2, keyOf })).toMatchObject({
      items: ['a', 'b'],
      isCut: true,
    });
    expect(await loadPages(read([['a', 'b']]), { most: 2, keyOf })).toMatchObject({ isCut: false, isWhole: true });
  });
});

test.each([
  [59_000, 'under a minute', 'just now'],
  [3 * 60_000, '3 min', '3 min ago'],
  [26 * HOUR_MS, '1 d 2 h', '1 d ago'],
])('%d ms are %s, in a list %s', (ms, duration, age) => {
  expect(formatDuration(ms)).toBe(duration);
  expect(formatAge(new Date(NOW - ms).toISOString(), NOW)).toBe(age);
});

test.each([
  [{ field: 'mitreTechniques', from: [], to: ['T1566'] }, ['MITRE techniques: none → T1566']],
  [
    { field: 'serviceSources', from: ['microsoftDefenderForOffice365'], to: [] },
    ['Seen by: Microsoft Defender for Office 365 → none'],
  ],
  [{ field: 'classification', from: null, to: 'truePositive' }, ['Classification: none → true positive']],
  [
    { field: 'createdTime', from: null, to: '2026-11-29T18:53:48.2600000Z' },
    [`Created time: none → ${formatDay('2026-11-29T18:53:48.26Z')}`],
  ],
])('describeChange(%j) is in words', (change, told) => {
  expect(describeChange(change, new Map())).toEqual(told);
});

test.each([
  [' Contoso.com ', 'Contoso.com'],
  ['https://fourth-coffee.example/about?x=1', 'fourth-coffee.example'],
  ['admin@fourth-coffee.example', 'fourth-coffee.example'],
  [TENANT, TENANT],
  ['  ', ''],
  ['contoso', undefined],
  ['Contoso Ltd.', undefined],
])('readTenantName(%j) is %j', (text, name) => {
  expect(readTenantName(text)).toBe(name);
});

test('windowOf() draws what is in sight and a margin, moveRow() stays inside the list', () => {
  expect(windowOf({ scrollTop: 3_600, height: 360, rowPx: 36, count: 5_000 })).toEqual({ first: 88, last: 122 });
  expect(windowOf({ scrollTop: 9_000, height: 360, rowPx: 36, count: 3 })).toEqual({ first: 0, last: 3 });
  const rows = { active: -1, count: 3, page: 10 };
  expect(['ArrowDown', 'ArrowUp', 'PageDown', 'End', 'a'].map((key) => moveRow(key, rows))).toEqual([
    0,
    0,
    2,
    2,
    undefined,
  ]);
});

test.each([
  [[{ user_id: 'ada', user_claims: [{ typ: 'roles', val: 'Operator' }] }], { name: 'ada', isOperator: true }],
  [
    [
      {
        user_id: 'bo',
        user_claims: [
          { typ: 'name', val: 'Bo' },
          { typ: 'roles', val: 'Reader' },
        ],
      },
    ],
    { name: 'Bo', isOperator: false },
  ],
  [[], undefined],
  [{ error: 'none' }, undefined],
])('readPrincipal(%j) is %j', (answer, person) => {
  expect(readPrincipal(answer)).toEqual(person);
});

describe('what evidence is looked for by', () => {
  const searches = (type: string, fields: object): (string | undefined)[] => {
    const kind = EVIDENCE_KINDS.find(({ types }) => types.includes(type)) ?? OTHER_EVIDENCE;
    const entity = { ...fields, type, verdict: null };
    return kind.columns.flatMap(({ read }) => read(entity, new Map())).flatMap((value) => value?.search ?? []);
  };

  test.each([
    ['file', { fileName: 'My invoice.pdf', sha256: 'b2'.repeat(32) }, ['file-name:my invoice.pdf', 'b2'.repeat(32)]],
    ['file', { fileName: 'procdump.exe' }, ['procdump.exe']],
    ['mailmessage', { subject: 'Pay me now', recipients: ['a@x.test', 'b@x.test'] }, ['email-subject:pay me now']],
    ['registry', { registryHive: 'HKLM', registryKey: 'SOFTWARE\\My Run' }, ['registry-key:hklm\\software\\my run']],
    ['user', { accountName: 'Kim', domainName: 'CONTOSO' }, ['contoso\\kim']],
    [
      'azureresource',
      { resourceName: 'vm-1', resourceId: '/subscriptions/1/VM' },
      ['cloud-resource:/subscriptions/1/vm'],
    ],
    ['strange', { odd: 'nothing that is indexed', host: { hostName: 'ws-1' } }, ['ws-1']],
  ])('%s %j: only what the index has, as what it is', (type, fields, expected) => {
    expect(searches(type, fields)).toEqual(expected);
    for (const text of expected) expect(() => readSought(text)).not.toThrow();
  });
});
