import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatTicks, TICKS_PER_DAY } from '../../../shared/domain/values/ticks.ts';
import { ERROR_CODES, ERRORS, readErrorCode } from '../../../shared/errors/error-table.ts';
import { defaultSource, sharedCases } from '../cloud/default-source.ts';
import { startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { oneGapTooMany } from '../lasting/failures-of-one.ts';
import { startLife, type Life, type Seen } from '../lasting/live-a-week.ts';
import { OWN, toCells, type Lasting, type Told } from '../lasting/week-faults.ts';
import { WEEKS_OF_ALL } from '../lasting/weeks-of-all.ts';
import { WEEKS_OF_ONE } from '../lasting/weeks-of-one.ts';
import { compareWithTruth } from '../truth/compare-with-truth.ts';
import { createCustomers, expectAllIntact, type Customers } from '../worlds/crowd.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', path), 'utf8');
const GUARANTEES = read('guarantees.md');
const MINUTE_MS = 60_000;

let cloud: ScenarioCloud;
let customers: Customers;
beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
  customers = createCustomers(cloud);
});
afterAll(() => cloud.stop());

interface Ticks {
  count: number;
  everyMs: number;
}

/** The ticks before all has to be stored. Gaps of a day ago are read again hourly, a few at each tick. */
const FULL_HOUR: Ticks = { count: 12, everyMs: 5 * MINUTE_MS };
const WHOLE_AFTER: Readonly<Record<Lasting['wholeAfter'], readonly Ticks[]>> = {
  'the next tick': [{ ...FULL_HOUR, count: 1 }],
  'an hour': [FULL_HOUR],
  'a day': [{ count: 23, everyMs: 60 * MINUTE_MS }, FULL_HOUR],
};

async function expectTold(
  life: Life,
  seen: Seen,
  told: Told,
  { code, shownAs }: { code: string } & Pick<Lasting, 'shownAs'>,
): Promise<void> {
  const { tenant, blind, lost } = seen;
  expect({
    alerts: seen.alerts,
    health: seen.health.status,
    problems: seen.health.problems.map((problem) => (problem.code === code ? OWN : problem.code)),
    ofOthers: lost.ofOthers,
  }).toEqual({ alerts: told.alerts, health: told.health, problems: told.problems ?? [], ofOthers: [] });
  await expectLost(life, lost.ofHit, told);
  const isBehind = ['what is new', 'some of what is new'].includes(told.loses);
  expect(blind).toBe(isBehind ? (shownAs === 'error' ? code : 'stale') : undefined);
  const reasons = new Set(tenant.gaps.map(({ reason }) => reason));
  const isGap = shownAs === 'gap' && told.loses !== 'nothing';
  if (shownAs !== 'error') expect(reasons).toEqual(new Set(isGap ? [code] : []));
  if (shownAs !== 'error' || !isBehind) {
    expect(tenant.lastError).toBeNull();
    return;
  }
  expect(tenant.lastError).toMatchObject({ code, blame: ERRORS[readErrorCode(code)].blame });
  // Whoever waits for a week is told more than to wait.
  expect(tenant.lastError?.action).toMatch(/^(?!Nothing).{10}|; if it lasts, \w/);
}

async function expectLost(
  { concerned, week: { world, ids } }: Life,
  lost: readonly string[],
  { loses }: Told,
): Promise<void> {
  const all = concerned();
  expect(all).toEqual(expect.arrayContaining([...lost]));
  if (loses === 'nothing' || loses === 'its new version') expect(lost).toEqual([]);
  else expect(lost.length).toBeGreaterThan(0);
  if (loses === 'its new version') {
    const others = ids.filter((tenantId) => tenantId !== world.tenantId);
    const { stale } = await compareWithTruth({ ...world, polls: [] }, { others, gaps: 1 });
    expect(stale).toBeGreaterThan(0);
  }
  if (loses === 'what is new') expect([...lost].sort()).toEqual(all.sort());
  if (loses === 'some of what is new') expect(lost.length).toBeLessThan(all.length);
  if (loses === 'the last hours') {
    const dayAgo = formatTicks(world.control.now() - TICKS_PER_DAY);
    const versions = world.control.truth(world.tenantId).incidents;
    const times = lost.map((id) => formatTicks(versions.get(id)?.lastUpdateTime ?? 0n));
    expect(times.filter((at) => at < dayAgo)).toEqual([]);
  }
}

async function becomeWhole(life: Life, ticks: readonly Ticks[]): Promise<void> {
  for (const everyMs of ticks.flatMap(({ count, everyMs }) => Array<number>(count).fill(everyMs))) {
    await life.tick(everyMs);
    const { lost, tenant, blind } = await life.look();
    const isWhole = [...lost.ofHit, ...lost.ofOthers, ...tenant.gaps].length === 0;
    if (isWhole && tenant.lastError === null && blind === undefined) return;
  }
}

async function expectWeek(row: Lasting, code: string, failure: Lasting['failures'][number][1]): Promise<void> {
  const life = await startLife(cloud, customers, failure);
  await life.anHour();
  await expectTold(life, await life.look(), row.atFirst ?? row.inTheEnd, { code, ...row });
  await life.aWeek();
  await expectTold(life, await life.look(), row.inTheEnd, { code, ...row });
  const { week } = life;
  // Each fault was not only planned.
  expect(week.world.control.faults().filter(({ served }) => served === 0)).toEqual([]);

  await life.end();
  await becomeWhole(life, WHOLE_AFTER[row.wholeAfter]);

  await expectAllIntact({ world: week.world, ids: [...week.ids], sourceOf: customers.sourceOf });
}

/** Of each row one form shows what another source makes of it. */
const formsOf = (rows: readonly Lasting[]) =>
  rows
    .filter(({ on = defaultSource() }) => on === defaultSource())
    .flatMap((row) =>
      sharedCases(row.failures).map(([code, failure], form) => ({ ...row, row, code, failure, form: form + 1 })),
    );

describe('a week in which, of one customer,', () => {
  test.each(formsOf(WEEKS_OF_ONE))('$what: $code ($form)', ({ row, code, failure }) => expectWeek(row, code, failure));
});

describe('a week in which', () => {
  test.each(formsOf(WEEKS_OF_ALL))('$what: $code ($form)', ({ row, code, failure }) => expectWeek(row, code, failure));
});

test('gaps that can be read again make room for one that was too many, although that one stays', async () => {
  const life = await startLife(cloud, customers, { ...oneGapTooMany(), end: () => undefined });
  await life.anHour();
  expect((await life.look()).tenant.lastError).toMatchObject({ code: 'too-many-gaps' });

  await life.end();
  await becomeWhole(life, WHOLE_AFTER['a day']);

  const { tenant, blind, lost } = await life.look();
  expect([tenant.lastError, blind, lost.ofHit.length]).toEqual([null, undefined, 1]);
  expect(tenant.gaps.map(({ reason }) => reason)).toEqual(['incident-without-id']);
});

describe('docs/guarantees.md on what lasts for a week', () => {
  const [, section = ''] = /\n## What if it lasts for a week\?\n([^]*?)\n## /.exec(GUARANTEES) ?? [];
  const readRows = (heading: string): string[][] =>
    (section.split(`### ${heading}\n`)[1]?.split('\n### ')[0] ?? '')
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2)
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );

  test.each([
    ['One customer', WEEKS_OF_ONE],
    ['All customers', WEEKS_OF_ALL],
  ])('%s: has a row for each case, and no other', (heading, rows) => {
    expect(readRows(heading)).toEqual(rows.map(toCells));
  });

  test('speaks of every error code but those of the caller', () => {
    const named = new Set(Array.from(section.matchAll(/`([a-z]+(?:-[a-z]+)*)`/g), ([, code = '']) => code));
    const codes = ERROR_CODES.filter((code) => ERRORS[code].blame !== 'caller');
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((code) => !named.has(code))).toEqual([]);
  });
});
