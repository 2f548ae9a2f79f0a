import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startScenarioCloud, type ScenarioCloud } from '../scenarios/cloud/scenario-cloud.ts';
import { openNaivePoller } from './naive-poller.ts';
import { openOurCollector } from './our-collector.ts';
import { runConformance } from './run-conformance.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

const SOURCES = ['defender', 'graph'] as const;

test.each(SOURCES)(
  'runConformance() finds nothing lost, stale or twice in this collector on %s, which is idle with one call',
  async (source) => {
    const scores = await runConformance(cloud, openOurCollector, source);

    expect(scores.map(({ letter }) => letter).join('')).toBe('ABCKDEFGHIJLMNO');
    expect(scores.filter(({ lost, stale, duplicates }) => lost + stale + duplicates > 0)).toEqual([]);
    // In L the source is read again for what came late; in N what fails divides what is read again at each poll.
    expect(scores.filter(({ letter, idleCalls }) => !'LN'.includes(letter) && idleCalls !== 1)).toEqual([]);
  },
);

test.each(SOURCES)(
  'runConformance() sees what a poller of %s loses that pages by $skip behind the newest time',
  async (source) => {
    const scores = await runConformance(cloud, openNaivePoller, source);

    const losing = scores.filter(({ lost, stale }) => lost + stale > 0).map(({ letter }) => letter);
    expect(losing).toEqual(expect.arrayContaining(['E', 'F', 'G', 'N', 'O']));
    expect(scores.find(({ letter }) => letter === 'D')?.duplicates).toBeGreaterThan(0);
    // It is written well enough to do the easy ones.
    expect(losing).not.toContain('A');
    expect(losing).not.toContain('H');
  },
);
