import { startCloud } from '../cloud/start-cloud.ts';
import { median, medianRatio, rounded } from '../process/median.ts';
import { startProcess, type BenchProcess } from '../process/start-process.ts';
import { fileOf } from '../workers/programs.ts';

export interface WorkerFigures {
  tenants: number;
  sourceDelayMs: number;
  pollsPerSecondOfOne: number;
  pollsPerSecondOfTwo: number;
  twoOverOne: number;
}

const DELAY_MS = 100;

/** Idle polls of one fleet by one process and by two that share its messages; the source takes its time. */
export async function measureWorkers(tenants: number, rounds: number): Promise<WorkerFigures> {
  const cloud = await startCloud({ tenants, incidents: 1, alerts: 1 });
  try {
    return await cloud.withStorage(async ({ env }) => {
      const file = await fileOf('collector');
      const [first, second] = [startProcess(file, env), startProcess(file, env)];
      try {
        await first.ask('register', { tenantIds: cloud.tenantIds });
        await first.ask('readAll');
        await cloud.process.ask('delay', { ms: DELAY_MS });
        // Each of them gets its tokens and its connections.
        for (const one of [first, second]) await timeTick(first, [one]);
        const done: { one: number; two: number }[] = [];
        while (done.length < rounds)
          done.push({ one: await timeTick(first, [first]), two: await timeTick(first, [first, second]) });
        const perSecond = (of: (round: { one: number; two: number }) => number): number =>
          rounded((tenants / median(done.map(of))) * 1_000);
        return {
          tenants,
          sourceDelayMs: DELAY_MS,
          pollsPerSecondOfOne: perSecond(({ one }) => one),
          pollsPerSecondOfTwo: perSecond(({ two }) => two),
          twoOverOne: rounded(medianRatio(done, ({ one, two }) => [one, two])),
        };
      } finally {
        await Promise.all([first.stop(), second.stop()]);
      }
    });
  } finally {
    await cloud.stop();
  }
}

/** The messages of one tick, dealt out to the workers; how long until all are done. */
async function timeTick(dispatcher: BenchProcess, workers: readonly BenchProcess[]): Promise<number> {
  const messages = await dispatcher.ask<unknown[]>('dispatch');
  const startedMs = performance.now();
  await Promise.all(
    workers.map((worker, place) =>
      worker.ask('deliver', { messages: messages.filter((_, number) => number % workers.length === place) }),
    ),
  );
  return performance.now() - startedMs;
}
