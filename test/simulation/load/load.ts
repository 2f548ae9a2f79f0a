import { MIXTURES, OVERLOADS } from './load-mixtures.ts';
import { runLoad, type LoadOptions } from './run-load.ts';

const HELP = `Runs many quiet tenants over 14 ticks on simulated instances, beside such that hang, fail or catch up: how fresh the healthy
ones stay, for every mixture with 500 tenants on one instance and 10,000 on 20, and with more than an instance can read.

  npm run sim:load
  npm run sim:load -- --tenants N
  npm run sim:load -- --only "hang"

One line a run. The last line is one JSON object; the exit code is 1 when a bound does not hold: every healthy tenant is read
within two intervals, or, where the instances cannot do that, no one waits 1.5 times as long as half of them do and at least half
of the capacity goes to healthy tenants; a tenant that hangs is tried within every hour; no call before the end of a Retry-After, at most 1.2 calls for each tenant read in an interval,
everybody read within two intervals after a storm.`;

/** More than an hour. */
const TICKS = 14;
const TENANTS_AT_INSTANCE = 500;
const FLEETS = [500, 10_000];

const valueOf = (name: string): string | undefined => {
  const place = process.argv.indexOf(name);
  return place < 0 ? undefined : (process.argv[place + 1] ?? 'missing');
};
const tenants = valueOf('--tenants');
if (process.argv.includes('--help')) console.log(HELP);
else if (tenants === undefined || (Number.isInteger(Number(tenants)) && Number(tenants) > 0))
  await run(tenants === undefined ? FLEETS : [Number(tenants)], valueOf('--only') ?? '');
else {
  console.error(`--tenants must be a whole number of at least 1: current value is ${tenants}`);
  process.exitCode = 2;
}

async function run(fleets: readonly number[], only: string): Promise<void> {
  const startedMs = performance.now();
  const loads = fleets.flatMap((size) =>
    MIXTURES.map((mixture) => ({
      ...mixture,
      tenants: size,
      instances: Math.max(1, Math.ceil(size / TENANTS_AT_INSTANCE)),
    })),
  );
  const chosen = [...loads, ...OVERLOADS].filter((load) => load.name.includes(only));
  if (chosen.length === 0) {
    console.error(`--only must be a part of the name of a mixture: current value is ${only}`);
    process.exitCode = 2;
    return;
  }
  const problems: string[] = [];
  for (const { name, ...options } of chosen) problems.push(...(await runOne(name, { ...options, ticks: TICKS })));
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  console.log(JSON.stringify({ runs: chosen.length, problems, seconds }));
  process.exitCode = problems.length === 0 ? 0 : 1;
}

async function runOne(name: string, options: LoadOptions): Promise<string[]> {
  const { problems, ...figures } = await runLoad(options);
  const { tenants: all, instances } = options;
  const longest = figures.longestPause.toFixed(2);
  const median = figures.medianPause.toFixed(2);
  console.log(
    `${all} tenants on ${instances}, ${name}: a healthy one is read after ${median} intervals, ${longest} at most ` +
      JSON.stringify(figures),
  );
  return problems.map((problem) => `${all} tenants, ${name}: ${problem}`);
}
