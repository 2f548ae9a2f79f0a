import { runLoad, type LoadOptions } from './run-load.ts';

const HELP = `Runs 10,000 quiet tenants over nine ticks on 20 simulated instances: with a storm of 429, with a hostile tenant.

  npm run sim:load
  npm run sim:load -- --tenants N

The last line is one JSON object; the exit code is 1 when a bound does not hold: no call before the end of a Retry-After, at
most 1.2 calls for each tenant read in an interval, nobody delayed beyond one interval, everybody read within two after the storm.`;

const TICKS = 9;
const TENANTS_AT_INSTANCE = 500;
const RUNS: readonly Partial<LoadOptions>[] = [
  { stormShare: 0.3 },
  { stormShare: 1 },
  { hostile: ['slow'] },
  { hostile: ['huge'] },
  { hostile: ['failing'] },
];

const place = process.argv.indexOf('--tenants');
const tenants = place < 0 ? 10_000 : Number(process.argv[place + 1]);
if (process.argv.includes('--help')) console.log(HELP);
else if (Number.isInteger(tenants) && tenants > 0) await run();
else {
  console.error(
    `--tenants must be a whole number of at least 1: current value is ${process.argv[place + 1] ?? 'missing'}`,
  );
  process.exitCode = 2;
}

async function run(): Promise<void> {
  const startedMs = performance.now();
  const instances = Math.max(1, Math.ceil(tenants / TENANTS_AT_INSTANCE));
  const results = [];
  for (const options of RUNS) {
    const result = await runLoad({ tenants, ticks: TICKS, instances, ...options });
    console.log(JSON.stringify({ ...options, ...result }));
    results.push({ ...options, ...result });
  }
  const problems = results.flatMap(({ problems: found }) => found);
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  console.log(JSON.stringify({ tenants, runs: results.length, problems, seconds }));
  process.exitCode = problems.length === 0 ? 0 : 1;
}
