import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startScenarioCloud, type ScenarioCloud } from '../scenarios/cloud/scenario-cloud.ts';
import { attack } from './attack.ts';
import type { Payload } from './payload.ts';

const MOST_MEMORY_BYTES = 256 * 1_048_576;
const SAMPLE_MS = 20;

/** The tests of one part of the corpus; both ends of every connection and the tables are in this process. */
export function testCorpus(payloads: readonly Payload[]): void {
  let cloud: ScenarioCloud;
  let memory: MemoryMeter;

  beforeAll(async () => {
    cloud = await startScenarioCloud('memory');
  });

  afterAll(() => cloud.stop());

  beforeEach(() => {
    memory = measureMemory();
  });

  afterEach(() => {
    expect(memory.stop()).toBeLessThan(MOST_MEMORY_BYTES);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  describe('a hostile payload survives cleaned or is refused by name, and its tenant goes on', () => {
    test.each(payloads)('$name', async (payload) => {
      await attack(await cloud.createWorld(), payload);
    });
  });
}

interface MemoryMeter {
  /** By how much the process was larger than at the start, at most. */
  stop(): number;
}

function measureMemory(): MemoryMeter {
  const before = process.memoryUsage.rss();
  let most = before;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return most - before;
    },
  };
}
