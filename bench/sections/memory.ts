import { startCloud } from '../cloud/start-cloud.ts';
import { median, rounded } from '../process/median.ts';
import { readOurWay } from './first-read.ts';

export interface MemoryFigures {
  sizes: { incidents: number; peakMiB: number }[];
  largestOverSmallest: number;
}

/** The most memory that a first read of one tenant takes, by its number of incidents. */
export async function measureMemory(sizes: readonly number[], rounds: number): Promise<MemoryFigures> {
  const measured: MemoryFigures['sizes'] = [];
  for (const incidents of sizes) {
    const cloud = await startCloud({ tenants: 1, incidents, alerts: 1 });
    try {
      const peaks: number[] = [];
      while (peaks.length < rounds) peaks.push((await readOurWay(cloud, false)).peakMiB);
      measured.push({ incidents, peakMiB: rounded(median(peaks)) });
    } finally {
      await cloud.stop();
    }
  }
  const [first, last] = [measured[0], measured.at(-1)];
  return { sizes: measured, largestOverSmallest: rounded((last?.peakMiB ?? 0) / (first?.peakMiB ?? 1)) };
}
