import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { explore } from './seeds/explore.ts';
import { runSeed, type SeedResult } from './seeds/run-seed.ts';
import { createTally, type Summary } from './seeds/summarise.ts';
import { describeViolated, startThread } from './seeds/threads.ts';
import { LIFE_KINDS, type LifeKind } from './source/graph-world.ts';

const HELP = `Runs the real use cases on a simulated cloud, one whole life a seed, and compares what is stored with the truth.

  npm run sim -- --seeds N [--first S] [--json]
  npm run sim -- --story S        tells everything that happens in one seed
  npm run sim -- --seeds N --source NAME   all of them read from defender or graph, or switching; also with --story
  npm run sim -- --explore M      seeds drawn at random for M minutes; Ctrl-C ends it before, with what was found so far
  npm run sim -- --ci            the fixed 1,500 seeds of the gate

  --seeds N   how many seeds (default 100)
  --first S   the first seed (default 1)
  --json      only the closing JSON line, and on stderr each seed that was violated
The last line is one JSON object; the exit code is 1 when a seed violated an invariant or an event was too rare.`;

const CI_SEEDS = 1_500;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    first: { type: 'string', default: '1' },
    ci: { type: 'boolean', default: false },
    story: { type: 'string' },
    source: { type: 'string' },
    explore: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else if (values.story !== undefined) await tellStory(readWhole('story', values.story));
else if (values.explore !== undefined) close(await explore(readWhole('explore', values.explore), values.json));
else if (values.ci) await runAll({ seeds: CI_SEEDS, first: 1, kind: undefined });
else
  await runAll({ seeds: readWhole('seeds', values.seeds), first: readWhole('first', values.first), kind: readKind() });

function readWhole(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  console.error(`--${name} must be a whole number of at least 1: current value is ${JSON.stringify(text)}`);
  process.exit(2);
}

function readKind(): LifeKind | undefined {
  const { source } = values;
  const kind = LIFE_KINDS.find((name) => name === source);
  if (source === undefined || kind !== undefined) return kind;
  console.error(`--source must be one of ${LIFE_KINDS.join(', ')}: current value is ${JSON.stringify(source)}`);
  process.exit(2);
}

async function tellStory(seed: number): Promise<void> {
  const tell = (line: string): void => {
    console.log(line);
  };
  const { violations } = await runSeed(seed, tell, readKind());
  for (const violation of violations) console.log(`VIOLATION ${violation}`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

async function runAll({
  seeds,
  first,
  kind,
}: {
  seeds: number;
  first: number;
  kind: LifeKind | undefined;
}): Promise<void> {
  const startedMs = performance.now();
  const threads = Math.min(availableParallelism(), seeds);
  const tally = createTally(kind);
  const onResult = (result: SeedResult): void => {
    tally.add(result);
    if (result.violations.length > 0) console.error(describeViolated(result));
    if (!values.json && tally.counts().seeds % 100 === 0) console.log(`${tally.counts().seeds} of ${seeds} seeds`);
  };
  await Promise.all(
    Array.from({ length: threads }, (_, thread) => {
      const count = Math.floor((seeds - thread + threads - 1) / threads);
      const own = Array.from({ length: count }, (_unused, index) => first + thread + index * threads);
      return startThread(own, onResult, kind).ended;
    }),
  );
  close(tally.close((performance.now() - startedMs) / 1_000));
}

function close({ line, problems }: Summary): void {
  for (const problem of problems) console.error(problem);
  console.log(JSON.stringify(line));
  process.exitCode = problems.length === 0 ? 0 : 1;
}
