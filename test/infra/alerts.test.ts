import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ForkedHost } from '../../local/host/fork-host.ts';
import { toSliceMessage } from '../../shared/domain/collection/slice.ts';
import { ERROR_CODES, ERRORS } from '../../shared/errors/error-table.ts';
import { tenantNumber } from '../helpers/seed.ts';
import { SECRET, SECRET_NAME } from '../scenarios/cloud/scenario-cloud.ts';
import { startHostCloud, type HostCloud } from '../scenarios/worlds/host-cloud.ts';
import { findFiring, readAlertRules } from './alert-rules.ts';
import { runQuery, type LoggedLine } from './run-query.ts';
import { listOfType, readShape, valueAt } from './shapes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const HOST_LIMIT_MS = 60_000;
const MOST_TICKS = 200;

interface Query {
  name: string;
  text: string;
}

const alerts: Query[] = listOfType(readShape('two-apps'), 'Microsoft.Insights/scheduledQueryRules').map((rule) => ({
  name: String(valueAt(rule, 'properties.displayName')),
  text: String(valueAt(rule, 'properties.criteria.allOf.0.query')),
}));
const [workbook] = listOfType(readShape('two-apps'), 'Microsoft.Insights/workbooks');
const { items } = JSON.parse(String(valueAt(workbook, 'properties.serializedData'))) as {
  items: { name: string; content: { query?: string } }[];
};
const charts: Query[] = items.flatMap(({ name, content: { query } }) =>
  query === undefined ? [] : [{ name, text: query }],
);

const findAll = (text: string, pattern: RegExp): string[] =>
  Array.from(text.matchAll(pattern), ([, part = '']) => part);

/** As the queries do it: a name, a blank, JSON. */
function readLine(message: string): { name: string; fields: Record<string, unknown> } | undefined {
  const name = /^(\w+) \{/.exec(message)?.[1];
  if (name === undefined) return undefined;
  return { name, fields: JSON.parse(message.slice(message.indexOf('{'))) as Record<string, unknown> };
}

describe('what the collector logs under the local host', () => {
  let cloud: HostCloud;
  /** Fields of each message that was seen. */
  const logged = new Map<string, Set<string>>();

  function keep({ logs }: ForkedHost): void {
    for (const { message } of logs) {
      const line = readLine(message);
      if (line === undefined) continue;
      const fields = logged.get(line.name) ?? new Set();
      Object.keys(line.fields).forEach((field) => fields.add(field));
      logged.set(line.name, fields);
    }
  }

  async function register(host: ForkedHost, number: number): Promise<void> {
    const tenantId = tenantNumber(number);
    cloud.control.addTenant({ tenantId, domain: `tenant${number}.example` });
    const body = JSON.stringify({ displayName: `Tenant ${number}` });
    await fetch(`${host.url}/api/tenants/${tenantId}`, { method: 'PUT', body });
  }

  async function tick(host: ForkedHost): Promise<void> {
    await host.runTimerNow('dispatchCollection');
    await host.idle();
  }

  beforeAll(async () => {
    cloud = await startHostCloud();
    cloud.control.setSecret(SECRET_NAME, SECRET, { expiresAt: new Date(Date.now() + 10 * 86_400_000).toISOString() });
    const host = await cloud.startHost();
    await register(host, 1);
    await tick(host);
    await host.runTimerNow('dispatchCleanUp');
    await host.runTimerNow('followChanges');
    await host.enqueue('reportPoisonedSlice', toSliceMessage({ tick: 1n, tenantIds: [tenantNumber(1)] }));
    await fetch(`${host.url}/api/tenants/no-tenant`);
    await host.idle();
    // Three customers that are read, then refused at once.
    for (const number of [11, 12, 13]) await register(host, number);
    await tick(host);
    cloud.control.addFault({
      name: 'refused',
      match: { role: 'defender-list' },
      fault: { kind: 'status', status: 403 },
    });
    // They are due a moment later; the schedule of this host is one second.
    const isTold = (): boolean => host.logs.some(({ message }) => message.startsWith('fleet_refused {'));
    for (let ticks = 0; !isTold() && ticks < MOST_TICKS; ticks += 1) await tick(host);
    cloud.control.clearFaults();
    keep(host);
    await host.stop();

    cloud.control.setSecret(SECRET_NAME, `not-${SECRET}`);
    const refused = await cloud.startHost();
    await register(refused, 2);
    await register(refused, 3);
    await tick(refused);
    keep(refused);
  }, HOST_LIMIT_MS);

  afterAll(() => cloud.stop());

  test.each([...alerts, ...charts])('has the messages and fields that $name asks for', ({ text }) => {
    const names = findAll(text, /message startswith "(\w+) \{"/g);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !logged.has(name))).toEqual([]);
    const fields = new Set(names.flatMap((name) => [...(logged.get(name) ?? [])]));
    expect(findAll(text, /\bfields\.(\w+)/g).filter((field) => !fields.has(field))).toEqual([]);
  });
});

describe('the alerts', () => {
  test('are those of infra/alerts/, each with the query of its file', () => {
    const files = globSync('infra/alerts/*.kql', { cwd: ROOT }).map((path) => ({
      name: path.replace(/^.*[\\/]|\.kql$/g, ''),
      text: readFileSync(join(ROOT, path), 'utf8'),
    }));
    const byName = (a: Query, b: Query): number => (a.name < b.name ? -1 : 1);
    expect([...alerts].sort(byName)).toEqual(files.sort(byName));
  });

  test('name the error codes that the table says raise them, and no other', () => {
    const named = alerts.flatMap(({ name, text }) =>
      findAll(text, /"([a-z]+(?:-[a-z]+)+)"/g).map((code) => [code, name]),
    );
    const raising = ERROR_CODES.flatMap((code) => {
      const { alert } = ERRORS[code];
      return alert === undefined ? [] : [[code, alert]];
    });
    expect(raising.length).toBeGreaterThan(5);
    expect(named).toEqual(raising);
  });

  test('reach somebody, in every shape, although the log tables do not exist at first', () => {
    const rules = listOfType(readShape('single-app'), 'Microsoft.Insights/scheduledQueryRules');
    const [group] = listOfType(readShape('single-app'), 'Microsoft.Insights/actionGroups');
    expect(rules).toHaveLength(alerts.length);
    for (const rule of rules) {
      expect(valueAt(rule, 'properties.actions.actionGroups')).toEqual([group?.id]);
      expect([valueAt(rule, 'properties.enabled'), valueAt(rule, 'properties.skipQueryValidation')]).toEqual([
        true,
        true,
      ]);
    }
    expect(valueAt(group, 'properties.emailReceivers.0.emailAddress')).toBe('operators@partner.example');
  });

  test('say a missing tick by a count below one, and everything else by a count above none', () => {
    const rules = listOfType(readShape('two-apps'), 'Microsoft.Insights/scheduledQueryRules');
    const conditions = rules.map((rule) => [
      valueAt(rule, 'properties.displayName'),
      valueAt(rule, 'properties.criteria.allOf.0.operator'),
      valueAt(rule, 'properties.criteria.allOf.0.threshold'),
      valueAt(rule, 'properties.windowSize'),
    ]);
    expect(conditions).toEqual([
      ['no-tick', 'LessThan', 1, 'PT15M'],
      ['credential-refused', 'GreaterThan', 0, 'PT15M'],
      ['fleet-refused', 'GreaterThan', 0, 'PT15M'],
      ['defender-ending', 'GreaterThan', 0, 'PT15M'],
      ['tenants-leaving', 'GreaterThan', 0, 'PT30M'],
      ['active-drop', 'GreaterThan', 0, 'PT6H'],
      ['tenant-stale', 'GreaterThan', 0, 'PT15M'],
      ['tenant-state-missing', 'GreaterThan', 0, 'PT6H'],
      ['poison', 'GreaterThan', 0, 'PT15M'],
      ['throttled', 'GreaterThan', 0, 'PT30M'],
      ['gaps-lasting', 'GreaterThan', 0, 'PT6H'],
      ['clean-up-behind', 'GreaterThan', 0, 'PT6H'],
      ['campaigns-behind', 'GreaterThan', 0, 'PT6H'],
      ['failover-not-ready', 'GreaterThan', 0, 'P1D'],
      ['credential-expiring', 'GreaterThan', 0, 'P1D'],
    ]);
  });
});

describe('what fires', () => {
  const rules = readAlertRules();
  const NOW_MS = Date.parse('2026-01-01T12:00:00Z');
  const calm = {
    staleTenants: 0,
    failedShards: 0,
    lastingGapTenants: 0,
    refusedTenants: 0,
    leftActive: 0,
    fleetRefused: 0,
    defenderStage: 'alive',
    wouldGoBlind: 0,
  };

  /** A tick every five minutes, the last one now. */
  function ticks(...fields: Partial<typeof calm & { activeTenants: number }>[]): LoggedLine[] {
    return fields.map((field, index) => ({
      atMs: NOW_MS - (fields.length - 1 - index) * 300_000,
      message: `tick ${JSON.stringify({ ...calm, activeTenants: 100, ...field })}`,
    }));
  }
  const cleanUp = (statelessTenants: number, later = 0): LoggedLine => ({
    atMs: NOW_MS - 60_000 + later,
    message: `clean_up ${JSON.stringify({ overdueIncidents: 0, overdueLogs: 0, unseenShards: 0, statelessTenants })}`,
  });
  const HOUR_MS = 3_600_000;
  /** Hourly, the last one now. */
  const hourly = (name: string, ...all: object[]): LoggedLine[] =>
    all.map((fields, index) => ({
      atMs: NOW_MS - (all.length - 1 - index) * HOUR_MS,
      message: `${name} ${JSON.stringify(fields)}`,
    }));
  /** What the other timers write where all is well. */
  const BESIDE: LoggedLine[] = [
    { ...cleanUp(0), atMs: NOW_MS - 1_800_000 },
    { atMs: NOW_MS - 1_800_000, message: 'campaigns {"lagSeconds":60}' },
  ];
  const day = (count: number): object[] => Array.from({ length: count }, () => ({}));

  test.each([
    ['nothing in a quiet day', ticks(...day(288)), []],
    ['no-tick when there is no line', [], ['no-tick']],
    ['nothing for one customer of a hundred that leaves', ticks({}, { leftActive: 1, activeTenants: 99 }), []],
    [
      'nothing for five of a hundred',
      ticks({}, { leftActive: 3, activeTenants: 97 }, { leftActive: 2, activeTenants: 95 }),
      [],
    ],
    [
      'tenants-leaving for six of a hundred within half an hour',
      ticks({}, { leftActive: 3, activeTenants: 97 }, { leftActive: 3, activeTenants: 94 }),
      ['tenants-leaving'],
    ],
    [
      'tenants-leaving and active-drop for three of three',
      ticks({ activeTenants: 3 }, { leftActive: 3, activeTenants: 0 }),
      ['tenants-leaving', 'active-drop'],
    ],
    ['nothing for two of three', ticks({ activeTenants: 3 }, { leftActive: 2, activeTenants: 1 }), []],
    [
      'active-drop when twenty of a hundred are gone without leaving',
      ticks({}, { activeTenants: 80 }),
      ['active-drop'],
    ],
    [
      'active-drop for as long as they are gone',
      ticks({}, ...day(40).map(() => ({ activeTenants: 80 }))),
      ['active-drop'],
    ],
    ['nothing when they came back', ticks({}, { activeTenants: 80 }, { activeTenants: 98 }), []],
    [
      'neither while the whole fleet is refused',
      ticks({}, { leftActive: 90, activeTenants: 10, fleetRefused: 90 }),
      [],
    ],
    ['tenant-stale for a customer', ticks({ staleTenants: 1 }), ['tenant-stale']],
    ['gaps-lasting for a customer', ticks({ lastingGapTenants: 1 }, {}), ['gaps-lasting']],
    ['defender-ending while it is suspected', ticks({}, { defenderStage: 'suspected' }), ['defender-ending']],
    ['defender-ending when it is certain', ticks({}, { defenderStage: 'retired' }), ['defender-ending']],
    ['failover-not-ready for a customer without the role', ticks({}, { wouldGoBlind: 1 }), ['failover-not-ready']],
    ['nothing when the role is there', ticks({ wouldGoBlind: 1 }, {}), []],
    ['tenant-state-missing for a customer without a state row', [...ticks({}), cleanUp(1)], ['tenant-state-missing']],
    ['poison for a message that nobody could work on', [...ticks({}), ...hourly('poison_message', {})], ['poison']],
    [
      'throttled for more than one call in twenty',
      [...ticks({}), ...hourly('slice', { calls: 100, throttled: 6 })],
      ['throttled'],
    ],
    ['nothing for one in twenty', [...ticks({}), ...hourly('slice', { calls: 100, throttled: 5 })], []],
    [
      'credential-expiring for one that ends soon',
      [...ticks({}), ...hourly('credential_expiring', {})],
      ['credential-expiring'],
    ],
    ['nothing once it is registered again', [...ticks({}), cleanUp(1), cleanUp(0, 1)], []],
  ])('%s', (_name, lines, names) => {
    expect(findFiring(rules, [...BESIDE, ...lines], NOW_MS)).toEqual(names);
  });

  const cleaned = { overdueIncidents: 0, overdueLogs: 0, unseenShards: 0, statelessTenants: 0 };
  const followed = hourly('campaigns', { lagSeconds: 60 });

  test.each([
    ['nothing after clean-ups that leave nothing', [...followed, ...hourly('clean_up', cleaned, cleaned)], []],
    [
      'clean-up-behind for incidents that a day has left',
      [...followed, ...hourly('clean_up', { ...cleaned, overdueIncidents: 1 }, cleaned)],
      ['clean-up-behind'],
    ],
    [
      'clean-up-behind for a log of changes that a day has left',
      [...followed, ...hourly('clean_up', { ...cleaned, overdueLogs: 1 })],
      ['clean-up-behind'],
    ],
    [
      'clean-up-behind for partitions that no run could see',
      [...followed, ...hourly('clean_up', { ...cleaned, unseenShards: 2 }, { ...cleaned, unseenShards: 1 })],
      ['clean-up-behind'],
    ],
    [
      'nothing when one run has seen them',
      [...followed, ...hourly('clean_up', { ...cleaned, unseenShards: 2 }, cleaned)],
      [],
    ],
    [
      'clean-up-behind for an erased customer that could not be forgotten',
      [...followed, ...hourly('clean_up', cleaned), ...hourly('purge_expired', { kind: 'erased-tenants', left: 1 })],
      ['clean-up-behind'],
    ],
    [
      'nothing for a customer that is being polled and cleaned up an hour later',
      [...followed, ...hourly('clean_up', cleaned), ...hourly('purge_expired', { kind: 'incidents', left: 1 })],
      [],
    ],
    ['clean-up-behind when no clean-up ran for three hours', [...followed, ...ticks(...day(40))], ['clean-up-behind']],
    ['nothing when the app has just begun', [...followed, ...ticks(...day(30))], []],
    [
      'campaigns-behind while the follower is an hour behind',
      [...hourly('clean_up', cleaned), ...hourly('campaigns', { lagSeconds: 3_600 }, { lagSeconds: 4_000 })],
      ['campaigns-behind'],
    ],
    ['campaigns-behind when there is no follower', hourly('clean_up', cleaned), ['campaigns-behind']],
    [
      'nothing when it was up to date within six hours',
      [...hourly('clean_up', cleaned), ...hourly('campaigns', { lagSeconds: 3_599 }, { lagSeconds: 4_000 })],
      [],
    ],
  ])('of the other timers: %s', (_name, lines, names) => {
    expect(findFiring(rules, [...ticks({}), ...lines], NOW_MS)).toEqual(names);
  });

  test('runQuery() refuses what it does not know', () => {
    expect(() => runQuery('traces\n| project message', [])).toThrow('Cannot run the step');
    expect(() => runQuery('requests\n| where success', [])).toThrow('Cannot run a query');
    expect(() => runQuery('traces\n| where message ~ 1', [{ atMs: 0, message: '' }])).toThrow('Cannot read');
  });
});
