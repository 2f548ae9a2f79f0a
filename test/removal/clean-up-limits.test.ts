import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { LINKS_PARTITION, requestKey } from '../../shared/domain/consent/consent-request.ts';
import {
  readCleanUpMessage,
  type CleanUpMessage,
  type CleanUpTask,
} from '../../shared/domain/removal/clean-up-task.ts';
import { changeLogKey, incidentKey } from '../../shared/domain/rows/row-keys.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks, TICKS_PER_DAY } from '../../shared/domain/values/ticks.ts';
import { AppError } from '../../shared/errors.ts';
import type { LineFields } from '../../shared/ports/log.ts';
import { LONGEST_REQUEST_MS, type Table } from '../../shared/ports/table.ts';
import type { TenantTokens } from '../../shared/ports/tokens.ts';
import { cleanUp, type CleanUpDeps } from '../../shared/removal/clean-up.ts';
import { dispatchCleanUp } from '../../shared/removal/dispatch-clean-up.ts';
import { readConfig } from '../../shared/settings/config.ts';
import { createAuditLog } from '../../shared/storing/audit.ts';
import { tableUntil } from '../../shared/tables/table-until.ts';
import { createServices } from '../../shared/wiring/services.ts';
import { anErasure, anIncident, seedIncidents, seedRecord, seedState, tenantNumber } from '../helpers/seed.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const OLD = '2024-10-01T00:00:00Z';
/** A storage service that is slow, and no two requests at once: a run has time for 35. */
const REQUEST_MS = 12_000;
const [BUDGET_MS, END_MS] = [420_000, 540_000];
const TENANTS = Array.from({ length: 25 }, (_, number) => tenantNumber(number + 1));

let tables: Record<'incidents' | 'tenants' | 'consentRequests' | 'outcomes' | 'audit', MemoryTable>;
let lines: LineFields[];
let nowMs: number;
/** The latest end of a storage request, on the run's clock. */
let lastEndMs: number;
const clock = {
  nowMs: () => nowMs,
  monotonicMs: () => nowMs,
  sleep: async (ms: number) => {
    nowMs += ms;
  },
};

beforeEach(() => {
  tables = {
    incidents: createMemoryTable(),
    tenants: createMemoryTable(),
    consentRequests: createMemoryTable(),
    outcomes: createMemoryTable(),
    audit: createMemoryTable(),
  };
  lines = [];
  nowMs = 0;
  lastEndMs = 0;
});

function slow(table: Table): Table {
  const take = async <T>(send: () => Promise<T>): Promise<T> => {
    nowMs += REQUEST_MS;
    lastEndMs = nowMs;
    return send();
  };
  return {
    serviceTime: () => table.serviceTime(),
    get: (...args) => take(() => table.get(...args)),
    list: (...args) => take(() => table.list(...args)),
    transact: (...args) => take(() => table.transact(...args)),
  };
}

const slowTokens: TenantTokens = {
  get: async () => {
    nowMs += REQUEST_MS;
    throw new AppError('consent-missing', 'Cannot get a token');
  },
  inspect: () => Promise.reject(new Error('Nobody asks')),
  drop: () => {},
};

function depsOf(): CleanUpDeps {
  const { incidents, tenants, consentRequests, outcomes, audit } = tables;
  return {
    incidents: slow(incidents),
    tenants: slow(tenants),
    consentRequests: slow(consentRequests),
    outcomes: slow(outcomes),
    audit: createAuditLog(slow(audit)),
    tokens: slowTokens,
    clock,
    log: (_level, message, fields = {}) => {
      lines.push({ message, ...fields });
    },
    retentionDays: 400,
    budgetMs: BUDGET_MS,
    endMs: END_MS,
  };
}

/** One run on a clock of its own. */
async function runSlowly(task: CleanUpTask): Promise<CleanUpMessage[]> {
  [nowMs, lastEndMs] = [0, 0];
  return cleanUp(depsOf(), task, 1);
}

async function fill(): Promise<void> {
  const { incidents, tenants, consentRequests, outcomes, audit } = tables;
  const now = incidents.serviceTime();
  for (const tenantId of TENANTS) {
    await seedState(incidents, tenantId, { status: 'active', nextDueAt: 0n });
    await seedIncidents(incidents, tenantId, [anIncident('1', OLD), anIncident('2', OLD)]);
    await createAuditLog(audit).saveErasure(anErasure(tenantId));
  }
  for (let entry = 0; entry < 4_000; entry += 1) {
    const rowKey = changeLogKey(now - 100n * TICKS_PER_DAY + BigInt(entry), tenantNumber(1), '1');
    await incidents.transact('0', [{ kind: 'upsert', rowKey, properties: { tenantId: tenantNumber(1) } }]);
  }
  const day = formatTicks(outcomes.serviceTime() - 3n * TICKS_PER_DAY).slice(0, 10);
  for (let id = 0; id < 2_000; id += 1) {
    const rowKey = id.toString(16).padStart(8, '0');
    await outcomes.transact(day, [{ kind: 'insert', rowKey, properties: { kind: 'answered' } }]);
  }
  for (const tenantId of TENANTS) {
    await seedRecord(tenants, tenantId);
    await consentRequests.transact(LINKS_PARTITION, [
      { kind: 'insert', rowKey: requestKey(tenantId), properties: { tenantId } },
    ]);
  }
  incidents.advance(5 * 3_600);
}

describe('a run of the clean-up whose storage requests take 12 s each', () => {
  const tasks: CleanUpTask[] = [
    { kind: 'incidents', tenantIds: TENANTS },
    { kind: 'change-log', shard: '0' },
    { kind: 'command-outcomes' },
    { kind: 'erased-tenants', tenantIds: TENANTS },
  ];

  test.each(tasks)('$kind ends before its time and sends on what is left, until nothing is', async (task) => {
    await fill();
    if (task.kind === 'erased-tenants') tables.incidents = createMemoryTable();
    const waiting: CleanUpTask[] = [task];
    let runs = 0;
    for (let next; (next = waiting.shift()) !== undefined; runs += 1) {
      if (runs === 60) throw new Error('It never ends');
      const rest = await runSlowly(next);
      expect(lastEndMs).toBeLessThanOrEqual(END_MS);
      waiting.push(...rest.map(readCleanUpMessage));
    }

    expect(runs).toBeGreaterThan(1);
    expect(lines.filter(({ message }) => message === 'purge_expired')).toHaveLength(runs);
    expect(isDone(task)).toBe(true);
  });

  function isDone({ kind }: CleanUpTask): boolean {
    const { incidents, tenants, consentRequests, outcomes } = tables;
    if (kind === 'incidents') return TENANTS.every((id) => !incidents.rows(shardOf(id)).has(incidentKey(id, '1')));
    if (kind === 'change-log') return [...incidents.rows('0').keys()].every((key) => !key.includes(tenantNumber(1)));
    if (kind === 'command-outcomes') return outcomes.rows('2025-12-29').size === 0;
    return (
      TENANTS.every((id) => !tenants.rows(shardOf(id)).has(id)) && consentRequests.rows(LINKS_PARTITION).size === 0
    );
  }

  test('access asks only as many erased tenants as there is time for; each gets its turn in later hours', async () => {
    const audit = createAuditLog(tables.audit);
    for (const tenantId of TENANTS) await audit.saveErasure(anErasure(tenantId));
    for (let hour = 0; hour < 40; hour += 1) {
      tables.incidents.advance(3_600);
      await runSlowly({ kind: 'access' });
      expect(lastEndMs).toBeLessThanOrEqual(END_MS);
    }

    expect((await audit.listErasures()).filter(({ accessStillPossible }) => accessStillPossible !== false)).toEqual([]);
    expect(lines.at(0)).toMatchObject({ kind: 'access', left: expect.any(Number) });
    expect(Number(lines[0]?.['left'])).toBeGreaterThan(0);
  });

  test('access leaves nobody out when Entra has no answer for those before', async () => {
    const audit = createAuditLog(tables.audit);
    for (const tenantId of TENANTS) await audit.saveErasure(anErasure(tenantId));
    const asked = new Set<string>();
    const tokens: TenantTokens = {
      ...slowTokens,
      get: async (tenantId) => {
        nowMs += 100_000;
        asked.add(tenantId);
        throw new AppError('entra-unavailable', 'Cannot get a token');
      },
    };
    for (let hour = 0; hour < 24; hour += 1) {
      tables.incidents.advance(3_600);
      nowMs = 0;
      await cleanUp({ ...depsOf(), tokens }, { kind: 'access' }, 1);
    }

    expect(asked.size).toBe(TENANTS.length);
    expect(lines.at(-1)).toMatchObject({ kind: 'access', probed: 0, left: TENANTS.length });
  });

  test('dispatchCleanUp() ends before its time and leaves the other partitions to the next hour', async () => {
    await dispatchCleanUp(depsOf());

    expect(lastEndMs).toBeLessThanOrEqual(END_MS);
    const { unseenShards } = { unseenShards: 0, ...lines.at(-1) };
    expect(unseenShards).toBeGreaterThan(0);
    expect(unseenShards).toBeLessThan(16);
  });

  test('a storage service that answers nothing keeps no run beyond its time', async () => {
    await fill();
    const deps = depsOf();
    const hang: Table['transact'] = async () => {
      nowMs += LONGEST_REQUEST_MS;
      lastEndMs = nowMs;
      throw new AppError('storage-unclear', 'Time-out');
    };

    nowMs = 0;
    await cleanUp(
      { ...deps, incidents: { ...deps.incidents, transact: hang } },
      { kind: 'incidents', tenantIds: TENANTS },
      1,
    );

    expect(lastEndMs).toBeLessThanOrEqual(END_MS);
    expect(lines.at(-1)).toMatchObject({ incidents: 0, left: TENANTS.length });
  });
});

describe('cleanUp()', () => {
  test('takes a part apart that comes a second time, so that a tenant which kills its worker is found', async () => {
    const messages = await cleanUp(depsOf(), { kind: 'incidents', tenantIds: TENANTS }, 2);

    expect(messages.map(readCleanUpMessage)).toEqual(
      TENANTS.map((tenantId) => ({ kind: 'incidents', tenantIds: [tenantId] })),
    );
    expect(lines).toEqual([]);
  });

  test('writes a line for each of the first tenants that are left and one a code for the others', async () => {
    const { incidents } = tables;
    for (const tenantId of TENANTS)
      await seedState(incidents, tenantId, { status: 'active', busyUntil: incidents.serviceTime() + TICKS_PER_DAY });

    await cleanUp(depsOf(), { kind: 'incidents', tenantIds: TENANTS.slice(0, 10) }, 1);

    const left = lines.filter(({ message }) => message === 'expiry_left');
    expect(left.map(({ tenants }) => tenants)).toEqual([1, 1, 1, 7]);
    expect(lines.at(-1)).toMatchObject({ message: 'purge_expired', left: 10 });
  });
});

describe('tableUntil()', () => {
  test('begins no request that may end after its time, and names the time that is left', async () => {
    const table = tableUntil(createMemoryTable(), clock, LONGEST_REQUEST_MS + 10);
    nowMs = 10;
    await expect(table.get('0', 'x')).resolves.toBeUndefined();
    nowMs = 11;

    const refusal = { code: 'out-of-time', blame: 'collector', message: expect.stringContaining('24999 ms') };
    await expect(table.get('0', 'x')).rejects.toMatchObject(refusal);
    await expect(table.list('0', { from: 'a', to: 'b' })).rejects.toMatchObject(refusal);
    await expect(table.transact('0', [])).rejects.toMatchObject(refusal);
  });
});

test('what the app allows a clean-up and a purge ends a minute before functionTimeout of host.json', () => {
  const { functionTimeout } = JSON.parse(readFileSync('host.json', 'utf8')) as { functionTimeout: string };
  const [hours = 0, minutes = 0, seconds = 0] = functionTimeout.split(':').map(Number);
  const settings = {
    PARTNER_CLIENT_ID: tenantNumber(1),
    KEY_VAULT_URL: 'https://v.vault.azure.net',
    IncidentStorage: 'UseDevelopmentStorage=true',
  };
  const { purgeDeps } = createServices(readConfig({ ...settings, PUBLIC_URL: 'https://collector.example' }));

  expect(purgeDeps.endMs).toBe(((hours * 60 + minutes) * 60 + seconds) * 1_000 - 60_000);
  expect(purgeDeps.budgetMs + 4 * LONGEST_REQUEST_MS).toBeLessThanOrEqual(purgeDeps.endMs);
});
