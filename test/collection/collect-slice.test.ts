import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { collectSlice, type SliceDeps } from '../../shared/collection/collect-slice.ts';
import { DEFAULT_CALL_LIMITS } from '../../shared/domain/reading/call-budget.ts';
import { createRepeatBudget } from '../../shared/domain/reading/repeat-budget.ts';
import { AppError } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors/error-table.ts';
import type { LineFields } from '../../shared/ports/log.ts';
import { NO_TELEMETRY } from '../../shared/ports/telemetry.ts';
import { seedState, tenantNumber } from '../helpers/seed.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const TENANTS = Array.from({ length: 25 }, (_, number) => tenantNumber(number + 1));
const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };

let table: MemoryTable;
let lines: LineFields[];

beforeEach(async () => {
  table = createMemoryTable();
  lines = [];
  for (const tenantId of TENANTS) await seedState(table, tenantId, { status: 'active' });
});

/** Polls tenants in one slice; each fails with the code that `codeOf` gives it. */
async function poll(codeOf: (index: number) => ErrorCode, tenantIds = TENANTS): Promise<LineFields[]> {
  const deps: SliceDeps = {
    table,
    clock,
    log: (_level, message, fields = {}) => void lines.push({ message, ...fields }),
    telemetry: NO_TELEMETRY,
    sources: {
      defender: {
        open: async (tenantId) => {
          const code = codeOf(TENANTS.indexOf(tenantId));
          throw new AppError(code, `Cannot read ${'x'.repeat(1_000)}`, { blame: 'microsoft' });
        },
      },
      graph: undefined,
    },
    settings: {
      defaultSource: 'defender',
      intervalSeconds: 300,
      quietIntervalMinutes: 5,
      overlapMinutes: 30,
      reconcileDays: 0,
      initialLookbackDays: 30,
      callsPerRun: 40,
      turnMs: 55_000,
      failingTurnMs: 45_000,
      callLimits: DEFAULT_CALL_LIMITS,
    },
    repeats: createRepeatBudget(),
    random: () => 0,
    tenantConcurrency: 1,
    sliceBudgetMs: 420_000,
  };
  await collectSlice(deps, { tick: table.serviceTime(), tenantIds }, 1);
  return lines.filter(({ message }) => message === 'tenant_failed');
}

/** What infra/main.bicep has as its default. */
function readCap(): { dailyLogCapGb: number } {
  const bicep = readFileSync(join(import.meta.dirname, '..', '..', 'infra', 'main.bicep'), 'utf8');
  return { dailyLogCapGb: Number(/param dailyLogCapGb int = (\d+)/.exec(bicep)?.[1]) };
}

describe('collectSlice()', () => {
  test('writes three lines in full and one for the others when all tenants of a slice fail alike', async () => {
    const failed = await poll(() => 'source-unavailable');

    expect(failed.map(({ tenantId, tenants }) => [tenantId, tenants])).toEqual([
      [TENANTS[0], 1],
      [TENANTS[1], 1],
      [TENANTS[2], 1],
      [TENANTS[3], 22],
    ]);
    expect(JSON.stringify(lines).length).toBeLessThan(4_000);
    expect(lines[0]).toMatchObject({ message: 'slice', failed: 25 });
  });

  test('writes so little of tenants that fail for a while that 10,000 of them fill a third of the daily cap at most', async () => {
    const [together, ticksADay] = [8, 288];
    await poll(() => 'source-unavailable', TENANTS.slice(0, together));

    const bytesADay = JSON.stringify(lines).length * (10_000 / together) * ticksADay;
    const { dailyLogCapGb } = readCap();
    expect(lines.map(({ message }) => message)).toEqual(['slice', 'tenant_failed', 'tenant_failed']);
    expect(bytesADay).toBeLessThan((dailyLogCapGb * 1e9) / 3);
  });

  test('leaves no code without a line, however late in the slice it comes, as an alert may wait for it', async () => {
    const codes = ['source-unavailable', 'vault-forbidden', 'throttled'] as const;
    const failed = await poll((index) => codes[Math.floor(index / 12)] ?? 'throttled');

    const sums = new Map<unknown, number>();
    for (const { code, tenants } of failed) sums.set(code, (sums.get(code) ?? 0) + Number(tenants));
    expect(Object.fromEntries(sums)).toEqual({ 'source-unavailable': 12, 'vault-forbidden': 12, throttled: 1 });
    expect(failed).toHaveLength(6);
  });
});
