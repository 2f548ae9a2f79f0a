import { startCloud, type BenchCloud } from '../cloud/start-cloud.ts';
import { median, medianRatio, rounded } from '../process/median.ts';
import type { Usage } from '../process/measure.ts';
import { startProcess, type BenchProcess } from '../process/start-process.ts';
import type { CollectorWork } from '../workers/collector-process.ts';
import { fileOf } from '../workers/programs.ts';

interface Round {
  work: CollectorWork;
  gets: Usage;
  least: Usage;
}

export interface TickFigures {
  /** Of each poll. */
  calls: number;
  tableRequests: number;
  /** Of each tick. */
  messages: number;
  cpuMsPerPoll: number;
  cpuMsPerBareGet: number;
  cpuOverBareGet: number;
  /** Of the same three requests by themselves: GET, read of a row, transaction. */
  cpuMsPerLeastPoll: number;
  cpuOverLeastPoll: number;
}

export interface SteadyFigures {
  tenants: number;
  nothingNew: TickFigures;
  /** 2 % of the tenants have one changed incident. */
  someChanged: TickFigures;
}

const CHANGED_EVERY = 50;
/** Until the processes are as fast as they get. */
const WARM_UPS = 2;

/** Ticks of customers that are complete, each beside as many bare GETs in a process of their own. */
export async function measureSteadyState(tenants: number, rounds: number): Promise<SteadyFigures> {
  const cloud = await startCloud({ tenants, incidents: 2, alerts: 3 });
  try {
    return await cloud.withStorage(async ({ env, connectionString }) => {
      const collector = startProcess(await fileOf('collector'), env);
      const getter = startProcess(await fileOf('floor'), env);
      try {
        await collector.ask('register', { tenantIds: cloud.tenantIds });
        await collector.ask('readAll');
        const input = { ...placeOf(cloud), connectionString };
        const bareGets = (): Promise<Usage> => getter.ask('bareGets', { ...input, rounds: 1 });
        const leastPolls = (): Promise<Usage> => getter.ask('leastPolls', input);
        const live = (change: () => Promise<unknown>): Promise<Round[]> =>
          takeRounds({ collector, bareGets, leastPolls, change }, rounds);
        const nothingNew = await live(async () => undefined);
        const someChanged = await live(() => cloud.process.ask('change', { every: CHANGED_EVERY }));
        return { tenants, nothingNew: summarise(nothingNew), someChanged: summarise(someChanged) };
      } finally {
        await Promise.all([collector.stop(), getter.stop()]);
      }
    });
  } finally {
    await cloud.stop();
  }
}

const placeOf = ({ url, tenantIds, folder }: BenchCloud) => ({ url, tenantIds, folder });

interface Parts {
  collector: BenchProcess;
  bareGets(): Promise<Usage>;
  leastPolls(): Promise<Usage>;
  change(): Promise<unknown>;
}

async function takeRounds({ collector, bareGets, leastPolls, change }: Parts, rounds: number): Promise<Round[]> {
  const done: Round[] = [];
  for (let round = 0; round < WARM_UPS + rounds; round += 1) {
    await change();
    const work = await collector.ask<CollectorWork>('tick');
    done.push({ work, gets: await bareGets(), least: await leastPolls() });
  }
  return done.slice(WARM_UPS);
}

function summarise(rounds: readonly Round[]): TickFigures {
  const perPoll = (of: (work: CollectorWork) => number): number =>
    rounded(median(rounds.map(({ work }) => of(work) / work.polls)));
  const cpuMsPerGet = ({ work, gets }: Round): number => gets.cpuMs / work.polls;
  const cpuMsPerLeast = ({ work, least }: Round): number => least.cpuMs / work.polls;
  const over = (other: (round: Round) => number): number =>
    rounded(medianRatio(rounds, (round) => [round.work.cpuMs / round.work.polls, other(round)]));
  return {
    calls: perPoll(({ calls }) => calls),
    tableRequests: perPoll(({ tableRequests }) => tableRequests),
    messages: median(rounds.map(({ work }) => work.messages)),
    cpuMsPerPoll: perPoll(({ cpuMs }) => cpuMs),
    cpuMsPerBareGet: rounded(median(rounds.map(cpuMsPerGet))),
    cpuOverBareGet: over(cpuMsPerGet),
    cpuMsPerLeastPoll: rounded(median(rounds.map(cpuMsPerLeast))),
    cpuOverLeastPoll: over(cpuMsPerLeast),
  };
}
