import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { BENCH_HELP, readBenchOptions, type BenchOptions, type BenchSizes, type SectionName } from './options.ts';
import { measureBoard } from './sections/board.ts';
import { measureColdStart } from './sections/cold-start.ts';
import { measureFirstRead } from './sections/first-read.ts';
import { measureLists } from './sections/lists.ts';
import { measureMemory } from './sections/memory.ts';
import { measureSteadyState } from './sections/steady-state.ts';
import { measureWorkers } from './sections/workers.ts';
import { saveFigures } from './save-figures.ts';

const ALERTS = 3;

type Section = readonly [name: SectionName, measure: (sizes: BenchSizes) => Promise<unknown>];

const SECTIONS: readonly Section[] = [
  ['firstRead', ({ firstRead, rounds }) => measureFirstRead({ ...firstRead, alerts: ALERTS }, rounds)],
  [
    'oneTenant',
    ({ oneTenant, rounds }) => measureFirstRead({ tenants: 1, incidents: oneTenant, alerts: ALERTS }, rounds),
  ],
  ['steadyState', ({ steadyTenants, rounds }) => measureSteadyState(steadyTenants, rounds)],
  ['memory', ({ memory, rounds }) => measureMemory(memory, rounds)],
  ['lists', ({ lists, rounds }) => measureLists(lists, rounds)],
  ['board', ({ board, rounds }) => measureBoard(board, rounds)],
  ['coldStart', ({ rounds }) => measureColdStart(rounds)],
  ['workers', ({ workerTenants, rounds }) => measureWorkers(workerTenants, rounds)],
];

const options = readBenchOptions(process.argv.slice(2));
if (options === undefined) console.log(BENCH_HELP);
else await bench(options);

async function bench({ size, sizes, isJsonOnly, isSaved, only }: BenchOptions): Promise<void> {
  const startedMs = performance.now();
  const figures: Record<string, unknown> = {};
  for (const [name, measure] of SECTIONS.filter(([name]) => only.length === 0 || only.includes(name))) {
    figures[name] = await measure(sizes);
    if (!isJsonOnly) console.log(`${name}: ${JSON.stringify(figures[name], null, 2)}`);
    if (isSaved)
      await saveFigures(name, { machine: describeMachine(), size, rounds: sizes.rounds, figures: figures[name] });
  }
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  console.log(JSON.stringify({ machine: describeMachine(), size, rounds: sizes.rounds, seconds, ...figures }));
}

/** Wall time says nothing without it, and little when the load is above the number of cores. */
function describeMachine(): Record<string, string | number> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
}
