import { describe, expect, test } from '@jest/globals';
import { readTenantId } from '../../shared/domain/values/tenant-id.ts';
import { createRandom } from './basics/random.ts';
import { checkCommands, type CommandRecord } from './sides/check-commands.ts';
import { checkCrowd, type CrowdRecord } from './sides/check-crowd.ts';
import { checkCampaigns, type Sighted } from './sides/check-campaigns.ts';
import { liveWithCampaigns } from './sides/campaign-life.ts';
import { liveWithCommands } from './sides/command-life.ts';
import { liveInCrowd } from './sides/crowd-life.ts';
import { LOST_FROM_TICK, pickPlan, TICKS, type CrowdPlan } from './sides/crowd-plan.ts';

const SEEDS = Array.from({ length: 12 }, (_, seed) => seed + 1);

test.each(SEEDS)(
  'crowd %i: the healthy are read, claims are handed out, messages end in time, losses are told',
  async (seed) => {
    const { violations } = await liveInCrowd(seed);

    expect(violations).toEqual([]);
  },
);

test('the last word of operators wins, and nothing expired or taken back is carried out', async () => {
  const violations: string[] = [];
  const seen = new Set<string>();
  for (let seed = 1; seed <= 60; seed += 1) {
    const life = await liveWithCommands(seed);
    violations.push(...life.violations);
    for (const event of life.seen) seen.add(event);
  }

  expect(violations).toEqual([]);
  expect([...seen].sort()).toEqual(['purge carried out', 'purge sent to an app that sleeps']);
});

test('campaigns are what the incidents hold, whenever a follower dies or comes twice, and whatever is deleted meanwhile', async () => {
  const violations: string[] = [];
  const seen = new Set<string>();
  for (let seed = 1; seed <= 40; seed += 1) {
    const life = await liveWithCampaigns(seed);
    violations.push(...life.violations.map((violation) => `${seed}: ${violation}`));
    for (const event of life.seen) seen.add(event);
  }

  expect(violations).toEqual([]);
  expect([...seen].sort()).toEqual([
    'campaign ended',
    'follower dies',
    'incident of a campaign too old',
    'tenant of a campaign purged',
    'two followers at once',
  ]);
}, 60_000);

describe('checkCrowd() reports', () => {
  const INTERVAL_MS = 300_000;
  const calm: CrowdPlan = { ...pickPlan(createRandom(1)), hostile: new Map(), faults: undefined, loss: undefined };
  const everyTick = Array.from({ length: TICKS }, (_, tick) => tick * INTERVAL_MS + 1_000);
  const answersOf = ({ tenantIds }: CrowdPlan, moments: number[]) => new Map(tenantIds.map((id) => [id, moments]));
  const good: CrowdRecord = {
    startMs: 0,
    intervalMs: INTERVAL_MS,
    lines: everyTick.map((atMs) => ({ atMs, fields: { staleTenants: 0, fleetRefused: 0 } })),
    slicesMs: [60_000],
    notHandedOut: 0,
    answers: answersOf(calm, everyTick),
    calls: answersOf(calm, everyTick),
  };
  const without = (from: number, to: number): number[] => everyTick.filter((_, tick) => tick < from || tick > to);

  test.each<[string, Partial<CrowdRecord>]>([
    ['a claim without a message', { notHandedOut: 1 }],
    ['a message that takes too long', { slicesMs: [541_000] }],
    ['a healthy tenant that is not read for more than two intervals', { answers: answersOf(calm, without(6, 7)) }],
    ['a tenant that is tried once and not again for an hour', { calls: answersOf(calm, without(1, TICKS)) }],
    ['an alarm for nothing', { lines: [{ atMs: 0, fields: { staleTenants: 1 } }] }],
  ])('%s', (_name, change) => {
    expect(checkCrowd(calm, good)).toEqual([]);
    expect(checkCrowd(calm, { ...good, ...change })).toHaveLength(1);
  });

  test('no alarm for nothing where failing claims have left a customer out', () => {
    const lines = [{ atMs: 9 * INTERVAL_MS, fields: { staleTenants: 1 } }];
    const faulty = { ...calm, faults: { lostAnswer: 0.1, lostPartition: 0.02 } };

    expect(checkCrowd(faulty, { ...good, lines, answers: answersOf(calm, without(6, 8)) })).toEqual([]);
    expect(checkCrowd(faulty, { ...good, lines })).toHaveLength(1);
  });

  test.each(['refused', 'down', 'hanging'] as const)('that everybody is %s and nobody is told', (loss) => {
    const toldAt = (tick: number, fields: object): CrowdRecord => ({
      ...good,
      lines: [{ atMs: tick * INTERVAL_MS, fields: { staleTenants: 0, fleetRefused: 0, ...fields } }],
    });
    const plan = { ...calm, loss };

    expect(checkCrowd(plan, toldAt(LOST_FROM_TICK + 2, { fleetRefused: 3 }))).toEqual([]);
    expect(checkCrowd(plan, toldAt(LOST_FROM_TICK + 2, {}))).toHaveLength(1);
    expect(checkCrowd(plan, toldAt(LOST_FROM_TICK - 1, { fleetRefused: 3 }))).toHaveLength(1);
    expect(checkCrowd(plan, toldAt(LOST_FROM_TICK + 5, { staleTenants: 3 }))).toHaveLength(loss === 'refused' ? 1 : 0);
  });
});

describe('checkCommands() reports', () => {
  const MINUTE_MS = 60_000;
  const paused: CommandRecord = {
    said: [{ word: 'pause', atMs: 0 }],
    done: [{ word: 'pause', atMs: 1_000 }],
    status: 'active',
    isPaused: true,
  };
  const purged = (atMs: number, said: CommandRecord['said'] = []): CommandRecord => ({
    said: [...paused.said, { word: 'purge', atMs: MINUTE_MS }, ...said],
    done: [...paused.done, { word: 'purge', atMs }],
    status: 'purging',
    isPaused: true,
  });

  test('nothing where the last word wins', () => {
    expect(checkCommands(paused)).toEqual([]);
    expect(checkCommands(purged(2 * MINUTE_MS))).toEqual([]);
  });

  test.each<[string, CommandRecord]>([
    ['a last word that does not hold', { ...paused, isPaused: false }],
    ['what nobody has said', { ...paused, said: [], isPaused: true }],
    ['an expired purge', purged(7 * MINUTE_MS)],
    ['a purge that was taken back', purged(3 * MINUTE_MS, [{ word: 'resume', atMs: 2 * MINUTE_MS }])],
  ])('%s', (_name, record) => {
    expect(checkCommands(record)).toHaveLength(1);
  });
});

describe('checkCampaigns() reports', () => {
  const [ALPHA, BETA] = ['10000000-0000-4000-8000-000000000000', '2000002d-0000-4000-8000-000000000001'].map(
    readTenantId,
  );
  if (ALPHA === undefined || BETA === undefined) throw new Error('The tenants have no ids');
  const at = (tenantId: typeof ALPHA, verdict: string): Sighted => ({
    tenantId,
    incidentId: '1',
    evidence: [{ value: '8.8.4.1', verdict }],
  });

  test('a campaign that is missing, and nothing where two verdicts are no two bad ones', () => {
    expect(checkCampaigns([at(ALPHA, 'Malicious'), at(BETA, 'Clean')], [])).toEqual([]);
    expect(checkCampaigns([at(ALPHA, 'Malicious'), at(BETA, 'Suspicious')], [])).toHaveLength(2);
  });

  test('a value that is no campaign any more', () => {
    expect(checkCampaigns([at(ALPHA, 'Malicious')], [{ rowKey: 'V!8.8.4.1', properties: {} }])).toHaveLength(1);
    expect(checkCampaigns([], [{ rowKey: 'L!1!8.8.4.1', properties: { value: '8.8.4.1' } }])).toHaveLength(1);
  });
});
