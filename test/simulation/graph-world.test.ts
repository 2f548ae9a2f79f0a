import { describe, expect, test } from '@jest/globals';
import { readTenantId } from '../../shared/domain/values/tenant-id.ts';
import { readTicks, TICKS_PER_SECOND } from '../../shared/domain/values/ticks.ts';
import { createTellings } from './source/graph-tellings.ts';
import { pickGraph, toServiceTime } from './source/graph-world.ts';
import { toObserved, type SourceVersion } from './source/sim-source.ts';

const SEEDS = 4_000;
const TENANT_ID = readTenantId('10000000-0000-4000-8000-000000000000') ?? noTenant();

function noTenant(): never {
  throw new Error('The tenant id of this test is no GUID');
}

describe('pickGraph()', () => {
  test('draws half of what is read from Graph, and a tenth of the lives with switches', () => {
    const lives = Array.from({ length: SEEDS }, (_, seed) => pickGraph(seed, 0, { maxTop: 20, tenantIds: [] }));
    const share = (fits: (life: (typeof lives)[number]) => boolean): number => lives.filter(fits).length / SEEDS;

    expect(share((life) => life?.switches.length === 0)).toBeCloseTo(0.45, 1);
    expect(share((life) => (life?.switches.length ?? 0) > 0)).toBeGreaterThan(0.08);
    expect(share((life) => (life?.switches.length ?? 0) > 1)).toBeGreaterThan(0.05);
    expect(share((life) => life === undefined)).toBeCloseTo(0.45, 1);
    expect(share((life) => (life?.defenderEndsMs ?? Infinity) < Infinity)).toBeGreaterThan(0.03);
  });

  test('draws the same life each time', () => {
    const draw = () => JSON.stringify({ ...pickGraph(7, 0, { maxTop: 20, tenantIds: [] }, 'switching'), random: 0 });
    expect(draw()).toBe(draw());
  });
});

test('toServiceTime() keeps times in 300ths of a second, as public answers of both APIs print them', () => {
  for (const printed of ['.1433333', '.3', '.98', '.59', '.5066667']) {
    const at = readTicks(`2026-03-01T00:00:00${printed}Z`) ?? 0n;
    expect(toServiceTime(at)).toBe(at);
    expect(toServiceTime(at + 1n) - at).toBeGreaterThan(TICKS_PER_SECOND / 300n - 2n);
    expect(toServiceTime(at + 1n) - at).toBeLessThan(TICKS_PER_SECOND / 300n + 2n);
  }
});

test('both simulated sources tell one version as the same incident, but for who has told it and how it names people', () => {
  const version: SourceVersion = {
    incidentId: '7',
    order: 3,
    createdAt: 5n * TICKS_PER_SECOND,
    updatedAt: 9n * TICKS_PER_SECOND,
    visibleAtMs: 0,
    status: 'InProgress',
    severity: 'High',
    redirectIncidentId: '5',
    alerts: [{ alertId: 'a', title: 't' }],
    comment: 'seen',
  };
  const defender = toObserved(TENANT_ID, version);
  const tellings = createTellings(TENANT_ID);
  const graph = tellings.observe(version, Infinity);

  expect({ ...graph.incident, source: 'defender', comments: defender.incident.comments }).toEqual(defender.incident);
  expect(graph.alerts).toEqual(defender.alerts);
  expect(graph.incident.comments).not.toEqual(defender.incident.comments);
  expect(tellings.byHash(graph.contentHash)).toEqual({ version, source: 'graph', isWhole: true });
  expect(tellings.observe(version, 0)).toMatchObject({ alerts: [], missingAlerts: { link: expect.any(String) } });
});
