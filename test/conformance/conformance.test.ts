import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startScenarioCloud, type ScenarioCloud } from '../scenarios/scenario-cloud.ts';
import { openNaivePoller } from './naive-poller.ts';
import { openOurCollector } from './our-collector.ts';
import { runConformance } from './run-conformance.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

test('runConformance() finds nothing lost, stale or twice in this collector, which is idle with one call', async () => {
  const scores = await runConformance(cloud, openOurCollector);

  expect(scores.map(({ letter }) => letter).join('')).toBe('ABCKDEFGHIJLMNO');
  expect(scores.filter(({ lost, stale, duplicates }) => lost + stale + duplicates > 0)).toEqual([]);
  // In L the source is read again for what came late; in N what fails divides what is read again at each poll.
  expect(scores.filter(({ letter, idleCalls }) => !'LN'.includes(letter) && idleCalls !== 1)).toEqual([]);
});

test('runConformance() sees what a poller loses that pages by $skip behind the newest time', async () => {
  const scores = await runConformance(cloud, openNaivePoller);

  const losing = scores.filter(({ lost, stale }) => lost + stale > 0).map(({ letter }) => letter);
  expect(losing).toEqual(expect.arrayContaining(['E', 'F', 'G', 'N', 'O']));
  expect(scores.find(({ letter }) => letter === 'D')?.duplicates).toBeGreaterThan(0);
  // It is written well enough to do the easy ones.
  expect(losing).not.toContain('A');
  expect(losing).not.toContain('H');
});
