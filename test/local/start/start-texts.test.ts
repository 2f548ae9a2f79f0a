import { describe, expect, test } from '@jest/globals';
import type { LogEntry } from '../../../local/host/functions/log-entry.ts';
import { formatCount, formatSeconds } from '../../../local/start/screen/format-text.ts';
import {
  isFirstReadOver,
  listChanged,
  progressBar,
  progressLine,
  progressSummary,
  toReadProgress,
  type ReadProgress,
} from '../../../local/start/screen/read-progress.ts';
import { foundText, readyText } from '../../../local/start/screen/ready-text.ts';
import { createScreen } from '../../../local/start/screen/screen.ts';
import { readLogLine, tickLine } from '../../../local/start/screen/tick-line.ts';
import { createTickReport } from '../../../local/start/screen/tick-report.ts';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';

const AT = new Date(2026, 10, 24, 14, 2, 20);
const TENANT: TenantView = {
  tenantId: 'a0a0a0a0-0000-4000-8000-00000000000a',
  displayName: 'Northwind Logistics',
  customer: null,
  labels: [],
  status: 'active',
  source: 'defender',
  ownSource: null,
  failover: null,
  readFrom: 'defender',
  consentedAt: null,
  deletedAt: null,
  completeThrough: null,
  reconciledThrough: null,
  completeFrom: null,
  lagSeconds: null,
  lastError: null,
  backfill: null,
  reconciliation: null,
  foundLate: 0,
  gaps: [],
  alertsPending: 0,
  storedIncidents: 0,
  lastIncidentAt: null,
  silence: null,
  hint: null,
};

function progress(change: Partial<TenantView>): ReadProgress {
  return toReadProgress({ ...TENANT, ...change });
}

const WAITING = progress({});
const READING = progress({ storedIncidents: 1_100, backfill: { percent: 60, etaSeconds: 75 } });
const DONE = progress({ storedIncidents: 180, completeThrough: '2026-11-24T14:00:00.0000000Z' });
const FAILED = progress({
  lastError: {
    code: 'consent-missing',
    message: 'Consent is missing',
    blame: 'tenant',
    action: 'Ask for it',
    since: null,
    missingRoles: [],
  },
});

describe('progress of the first read', () => {
  test('progressBar() fills what is read and never more', () => {
    expect([0, 50, 99, 100, 130].map((percent) => progressBar(percent, 10))).toEqual([
      '[----------]',
      '[#####-----]',
      '[#########-]',
      '[##########]',
      '[##########]',
    ]);
  });

  test('progressLine() shows bar, counts and the time that is left', () => {
    expect([WAITING, READING, DONE, FAILED].map((one) => progressLine(one, 12))).toEqual([
      'Northwind Lo  [------------------------]   0%     0 incidents  waits for its turn',
      'Northwind Lo  [##############----------]  60% 1,100 incidents  about 1 min 15 s left',
      'Northwind Lo  [########################] 100%   180 incidents  complete',
      'Northwind Lo  [------------------------]   0%     0 incidents  Consent is missing. Ask for it',
    ]);
  });

  test('progressSummary() adds all tenants up, with the longest time that is left', () => {
    expect(progressSummary([WAITING, READING, DONE, FAILED])).toBe(
      'First read: 1 of 4 tenants complete, 1,280 incidents stored, 1 failed, about 1 min 15 s left',
    );
  });

  test('isFirstReadOver() waits for tenants that wait or are being read', () => {
    expect([[DONE, FAILED], [DONE, WAITING], [READING]].map(isFirstReadOver)).toEqual([true, false, false]);
  });

  test('listChanged() names a tenant again after ten percent or with another state', () => {
    const before = new Map([[READING.tenantId, READING]]);

    expect(listChanged(before, [{ ...READING, percent: 69 }])).toEqual([]);
    expect(listChanged(before, [{ ...READING, percent: 70 }])).toHaveLength(1);
    expect(listChanged(before, [DONE])).toEqual([DONE]);
    expect(listChanged(new Map(), [WAITING])).toEqual([]);
  });
});

describe('the schedule at work', () => {
  test('tickLine() says what was due, polled, called and stored', () => {
    const sum = { at: AT, due: 6, polled: 6, calls: 7, stored: 1, failed: 0 };

    expect(tickLine(sum)).toBe('14:02:20  6 tenants due, 6 polled with 7 calls, 1 incident stored');
    expect(tickLine({ ...sum, due: 0, polled: 0 })).toBe('14:02:20  0 tenants due');
    expect(tickLine({ ...sum, due: undefined, failed: 1 })).toMatch(/ {2}a longer read ended, .*, 1 failed$/);
  });

  test('readLogLine() reads name and fields, and nothing else', () => {
    expect(readLogLine('tick {"dueTenants":2}')).toEqual({ name: 'tick', fields: { dueTenants: 2 } });
    expect(readLogLine('tick {cut')).toBeUndefined();
    expect(readLogLine('Executed "tick" in 3 ms')).toBeUndefined();
  });

  test('createTickReport() adds the slices of a tick up and reports failures by name', () => {
    const lines: string[] = [];
    const report = createTickReport({ line: (text) => lines.push(text), nameOf: () => 'Northwind', now: () => AT });
    const hear = (level: LogEntry['level'], message: string): void => {
      report.record({ level, category: 'user', functionName: null, invocationId: null, message });
    };

    hear('information', 'tick {"dueTenants":26,"slices":2}');
    hear('information', 'slice {"tenants":25,"calls":25,"stored":1,"skipped":1,"taken":0,"failed":0}');
    hear('information', 'slice {"tenants":1,"calls":2,"stored":3,"skipped":0,"taken":0,"failed":1}');
    hear('warning', 'tenant_failed {"tenantId":"a","code":"x","reason":"Consent is missing","tenants":1}');
    hear('warning', 'tenant_failed {"tenantId":"b","code":"y","reason":"Time-out","tenants":7}');
    report.showTicks();
    hear('information', 'tick {"dueTenants":0,"slices":0}');
    hear('error', '"getTenant" failed: Error: broken\n  at line 1');

    expect(lines).toEqual([
      '14:02:20  Northwind failed: Consent is missing',
      '14:02:20  Northwind and 6 more failed: Time-out',
      '14:02:20  26 tenants due, 25 polled with 27 calls, 4 incidents stored, 1 failed',
      '14:02:20  0 tenants due',
      '14:02:20  "getTenant" failed: Error: broken',
    ]);
  });
});

describe('what is printed once', () => {
  test('readyText() names addresses, commands and how to stop', () => {
    const text = readyText({ url: 'http://localhost:7071', tenantId: 'a-b', tenants: 6, churn: 6, every: 20 });

    expect(text[0]).toBe('Ready: http://localhost:7071');
    expect(text.filter((line) => line.startsWith('  curl "http://localhost:7071/api/'))).toHaveLength(2);
    expect(text.at(-2)).toBe('Every 20 s the schedule polls 6 tenants; they change 6 incidents a minute.');
    expect(text.at(-1)).toMatch(/^Ctrl-C stops everything/);
    expect(text.join('\n')).toMatch(/consent-links\/new\?tenantId=fourth-coffee\.example"\n.*browser warns/);
  });

  test('foundText() counts what is stored', () => {
    const stored = [TENANT, { ...TENANT, storedIncidents: 1_093 }];

    expect(foundText('.local', stored)).toBe('Found in .local: 2 tenants with 1,093 incidents stored');
  });

  test('formatCount() and formatSeconds() read like a person would say it', () => {
    expect([formatCount(1, 'call'), formatCount(1_093, 'call')]).toEqual(['1 call', '1,093 calls']);
    expect([8.4, 60, 75, 3_600, 7_500].map(formatSeconds)).toEqual(['8 s', '1 min', '1 min 15 s', '1 h', '2 h 5 min']);
  });

  test('createScreen() redraws a block below the lines on a terminal, and writes plain lines elsewhere', () => {
    const show = (isTTY: boolean): string => {
      let text = '';
      const screen = createScreen({ isTTY, columns: 40, write: (part) => (text += part) });
      screen.block(['one']);
      screen.line('above');
      screen.block(['two', 'x'.repeat(60)]);
      screen.block();
      screen.line('after');
      return text;
    };

    expect(show(false)).toBe('above\nafter\n');
    expect(show(true)).toBe(`one\n\u001b[1A\u001b[0Jabove\none\n\u001b[1A\u001b[0Jtwo\n${'x'.repeat(39)}\nafter\n`);
  });
});
