import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { runSeed, type SeedResult } from './run-seed.ts';
import { THREAD_LIMITS, type Part } from './simulate.ts';
import { summarise } from './summarise.ts';

const HELP = `Runs the real use cases on a simulated cloud, one whole life a seed, and compares what is stored with the truth.

  npm run sim -- --seeds N [--first S] [--json]
  npm run sim -- --story S        tells everything that happens in one seed
  npm run sim -- --ci            the fixed 2,000 seeds of the gate

  --seeds N   how many seeds (default 100)
  --first S   the first seed (default 1)
  --json      only the closing JSON line
The last line is one JSON object; the exit code is 1 when a seed violated an invariant or an event was too rare.`;

const CI_SEEDS = 2_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    first: { type: 'string', default: '1' },
    ci: { type: 'boolean', default: false },
    story: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else if (values.story !== undefined) await tellStory(readWhole('story', values.story));
else if (values.ci) await runAll(CI_SEEDS, 1, values.json);
else await runAll(readWhole('seeds', values.seeds), readWhole('first', values.first), values.json);

function readWhole(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  console.error(`--${name} must be a whole number of at least 1: current value is ${JSON.stringify(text)}`);
  process.exit(2);
}

async function tellStory(seed: number): Promise<void> {
  const { violations } = await runSeed(seed, (line) => {
    console.log(line);
  });
  for (const violation of violations) console.log(`VIOLATION ${violation}`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

async function runAll(seeds: number, first: number, isJson: boolean): Promise<void> {
  const startedMs = performance.now();
  const threads = Math.min(availableParallelism(), seeds);
  const results: SeedResult[] = [];
  const onResult = (result: SeedResult): void => {
    results.push(result);
    if (result.violations.length > 0)
      console.error(`seed ${result.seed}: ${result.violations.slice(0, 3).join('\n  ')}`);
    if (!isJson && results.length % 100 === 0) console.log(`${results.length} of ${seeds} seeds`);
  };
  await Promise.all(
    Array.from({ length: threads }, (_, thread) => {
      const count = Math.floor((seeds - thread + threads - 1) / threads);
      const own = Array.from({ length: count }, (_unused, index) => first + thread + index * threads);
      return runThread(own, onResult);
    }),
  );
  const summary = summarise(results, (performance.now() - startedMs) / 1_000);
  for (const problem of summary.problems) console.error(problem);
  console.log(JSON.stringify(summary.line));
  process.exitCode = summary.problems.length === 0 ? 0 : 1;
}

function runThread(seeds: readonly number[], onResult: (result: SeedResult) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./simulate.ts', import.meta.url), {
      workerData: { seeds, stopsAtViolation: false } satisfies Part,
      resourceLimits: THREAD_LIMITS,
    });
    worker.on('message', onResult);
    worker.on('error', reject);
    worker.on('exit', () => {
      resolve();
    });
  });
}
