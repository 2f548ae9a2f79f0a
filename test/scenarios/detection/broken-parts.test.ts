import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { pagingBySkip, withoutFence } from '../troubles/broken-parts.ts';
import { moveItemBetweenPages } from '../troubles/changes-while-paging.ts';
import { commitLate } from '../troubles/late-commit.ts';
import { showIncidentsLate } from '../troubles/late-visibility.ts';
import { compareWithTruth } from '../truth/compare-with-truth.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

describe('the scenarios report what goes wrong', () => {
  test('without the fence a late commit leaves an old version', async () => {
    const world = await cloud.createWorld();

    await commitLate(world, { wrapTable: withoutFence });

    const { stale, problems } = await compareWithTruth(world);
    expect(stale).toBeGreaterThan(0);
    expect(problems.join('\n')).toContain('"edit 2" instead of "edit 3"');
  });

  test('with overlap 0 incidents that show late are lost', async () => {
    const world = await cloud.createWorld();

    await showIncidentsLate(world, { overlapMinutes: 0 });

    const { lost, problems } = await compareWithTruth(world);
    expect([lost, problems]).toEqual([6, expect.anything()]);
  });

  test('with $skip paging an incident that moves up over the edge of a page is lost', async () => {
    const world = await cloud.createWorld();

    await moveItemBetweenPages(world, { wrapSource: pagingBySkip(world.time) });

    const { lost } = await compareWithTruth(world);
    expect(lost).toBe(1);
  });
});
