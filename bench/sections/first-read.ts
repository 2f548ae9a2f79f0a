import { startCloud, type BenchCloud } from '../cloud/start-cloud.ts';
import type { Fleet } from '../cloud/seed-cloud.ts';
import { median, medianRatio, rounded } from '../process/median.ts';
import type { Usage } from '../process/measure.ts';
import { startProcess } from '../process/start-process.ts';
import type { CollectorWork } from '../workers/collector-process.ts';
import type { FloorInput } from '../workers/floor-process.ts';
import { fileOf } from '../workers/programs.ts';

interface Round {
  ours: CollectorWork;
  floor: Usage & { rows: number };
  usual: Usage & { rows: number };
}

export interface FirstReadFigures {
  fleet: string;
  incidents: number;
  rowsPerIncident: number;
  wallSeconds: number;
  cpuMsPerIncident: number;
  floorCpuMsPerIncident: number;
  /** How much of our time the floor takes; 1 is the floor itself. */
  floorOverOurs: number;
  cpuOverFloor: number;
  /** Incidents a second against one upsert for each. */
  againstUsual: number;
  againstUsualPerRow: number;
  peakMiB: number;
  floorPeakMiB: number;
}

/** A first read of the whole fleet; each round reads it three ways, one after the other, each into an empty storage. */
export async function measureFirstRead(fleet: Fleet, rounds: number): Promise<FirstReadFigures> {
  const cloud = await startCloud(fleet);
  try {
    const done: Round[] = [];
    while (done.length < rounds)
      done.push({
        ours: await readOurWay(cloud, done.length === 0),
        floor: await readOtherWay(cloud, 'floor'),
        usual: await readOtherWay(cloud, 'usual'),
      });
    return summarise(fleet, done);
  } finally {
    await cloud.stop();
  }
}

export async function readOurWay(cloud: BenchCloud, isKept: boolean): Promise<CollectorWork> {
  return cloud.withStorage(async (storage) => {
    const collector = startProcess(await fileOf('collector'), storage.env);
    try {
      await collector.ask('register', { tenantIds: cloud.tenantIds });
      const work = await collector.ask<CollectorWork>('readAll');
      if (isKept) await askFloor(cloud, storage, 'saveRows');
      return work;
    } finally {
      await collector.stop();
    }
  });
}

function readOtherWay(cloud: BenchCloud, way: 'floor' | 'usual'): Promise<Usage & { rows: number }> {
  return cloud.withStorage((storage) => askFloor(cloud, storage, way));
}

async function askFloor<Answer>(
  { url, tenantIds, folder }: BenchCloud,
  { connectionString, env }: { connectionString: string; env: NodeJS.ProcessEnv },
  command: string,
): Promise<Answer> {
  const process = startProcess(await fileOf('floor'), env);
  const input: FloorInput = { url, connectionString, tenantIds, folder };
  try {
    return await process.ask<Answer>(command, input);
  } finally {
    await process.stop();
  }
}

function summarise({ tenants, incidents, alerts }: Fleet, rounds: readonly Round[]): FirstReadFigures {
  const all = tenants * incidents;
  for (const { ours } of rounds)
    if (ours.stored !== all) throw new Error(`Only ${ours.stored} of ${all} incidents were stored`);
  const rowsPerIncident = median(rounds.map(({ floor }) => floor.rows)) / all;
  const againstUsual = medianRatio(rounds, ({ ours, usual }) => [usual.wallMs, ours.wallMs]);
  return {
    fleet: `${tenants} × ${incidents}, ${alerts} alerts each`,
    incidents: all,
    rowsPerIncident: rounded(rowsPerIncident),
    wallSeconds: rounded(median(rounds.map(({ ours }) => ours.wallMs)) / 1_000),
    cpuMsPerIncident: rounded(median(rounds.map(({ ours }) => ours.cpuMs)) / all),
    floorCpuMsPerIncident: rounded(median(rounds.map(({ floor }) => floor.cpuMs)) / all),
    floorOverOurs: rounded(medianRatio(rounds, ({ ours, floor }) => [floor.wallMs, ours.wallMs])),
    cpuOverFloor: rounded(medianRatio(rounds, ({ ours, floor }) => [ours.cpuMs, floor.cpuMs])),
    againstUsual: rounded(againstUsual),
    againstUsualPerRow: rounded(againstUsual * rowsPerIncident),
    peakMiB: rounded(median(rounds.map(({ ours }) => ours.peakMiB))),
    floorPeakMiB: rounded(median(rounds.map(({ floor }) => floor.peakMiB))),
  };
}
