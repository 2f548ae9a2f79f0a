import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../local/simulator/state/fault.ts';
import { createCollector } from '../cloud/collector.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { expectIntact, expectServed, listCalls } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

const INCIDENTS = 31;

/** Pages of ten with a link each. */
function sendLinks({ control, tenantId }: World, link: { origin: 'same' | 'foreign'; isEndless?: boolean }): void {
  control.addFault({
    name: 'link',
    match: { role: 'incident-list', tenantId },
    fault: { kind: 'next-link', pageSize: 10, ...link },
  });
}

/** Every request that follows a link fails; those that ask for a page by `$skip` do not. */
function failFollowed({ control, tenantId }: World, fault: Fault): void {
  control.addFault({
    name: 'followed',
    match: { role: 'incident-list', tenantId, predicate: ({ search }) => search.has('continued') },
    fault,
  });
}

async function expectAllStored(world: World, code: string): Promise<number> {
  const collector = createCollector(world);
  const { lastError, completeThrough } = await collector.pollUntilComplete();
  expect(lastError).toBeUndefined();
  expect(completeThrough).toBeGreaterThan(0n);
  expect(collector.log).toContainEqual({
    level: 'warn',
    message: 'next_link_ignored',
    fields: { tenantId: world.tenantId, code },
  });
  await expectIntact(world);
  const before = listCalls(world);
  for (let poll = 0; poll < 6; poll += 1) await collector.poll();
  return listCalls(world) - before;
}

describe('a link to more of an answer that is of no use', () => {
  test('leads to another host: the token goes nowhere, and everything is stored', async () => {
    const world = await cloud.createWorld();
    seedIncidents(world, INCIDENTS, spreadOver(world, 20, INCIDENTS));
    sendLinks(world, { origin: 'foreign' });

    await expectAllStored(world, 'foreign-next-link');

    expectServed(world, 'link');
  });

  test.each<[string, Fault, string]>([
    ['500', { kind: 'status', status: 500 }, 'source-unavailable'],
    ['404', { kind: 'status', status: 404 }, 'endpoint-not-found'],
    ['400', { kind: 'status', status: 400 }, 'bad-request'],
    ['HTML', { kind: 'html' }, 'bad-page'],
    ['a redirect', { kind: 'status', status: 302, headers: { location: '/elsewhere' } }, 'redirect-refused'],
  ])('answers %s: everything is stored without it', async (_name, fault, code) => {
    const world = await cloud.createWorld();
    seedIncidents(world, INCIDENTS, spreadOver(world, 20, INCIDENTS));
    failFollowed(world, fault);
    sendLinks(world, { origin: 'same' });

    await expectAllStored(world, code);

    expectServed(world, 'followed');
  });

  test('stands on every answer, also on empty ones: the reading ends, by name', async () => {
    const world = await cloud.createWorld();
    seedIncidents(world, INCIDENTS, spreadOver(world, 20, INCIDENTS));
    sendLinks(world, { origin: 'same', isEndless: true });

    const calls = await expectAllStored(world, 'endless-next-link');

    console.log(`a link on every answer: ${calls} calls in 6 polls without news`);
    expect(calls).toBeLessThanOrEqual(6 * 8);
  });
});
