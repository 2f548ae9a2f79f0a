import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { mapLimited } from '../../../shared/domain/values/map-limited.ts';
import { runSeed, type SeedResult } from '../seeds/run-seed.ts';
import { isViolated, THREAD_LIMITS, type Part } from '../seeds/simulate.ts';
import type { LifeKind } from '../source/graph-world.ts';
import { MUTANTS, type Mutant } from './mutant-list.ts';

const HELP = `Breaks the production code on purpose, one way at a time, and shows that the simulation notices.

  npm run sim:mutants -- [--seeds N] [--first S] [--only TEXT] [--ci] [--json]

  --seeds N    most seeds a mutant may survive (default 5000)
  --only TEXT  only mutants whose name holds TEXT
  --ci         only the committed seeds around those that caught each mutant, which the real code has to pass
  --json       only the closing JSON line
A full run writes the seeds that caught them to test/simulation/mutants/mutant-seeds.json.`;

const ROOT = join(import.meta.dirname, '../../..');
const SEEDS_FILE = join(import.meta.dirname, 'mutant-seeds.json');
/** Seeds on both sides of the one that caught a mutant. */
const AROUND = 1;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5000' },
    first: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    ci: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else await runAll();

/** Their seeds were found when all lives were read from the Defender API, and catch them there. */
function kindOf(mutant: Mutant | undefined): LifeKind {
  return mutant?.kind ?? 'defender';
}

interface Caught {
  name: string;
  caughtBySeed: number | null;
}

async function runAll(): Promise<void> {
  const known = values.ci ? readKnownSeeds() : {};
  const mutants = await mapLimited(
    MUTANTS.filter(({ name }) => name.includes(values.only)),
    availableParallelism(),
    async (mutant): Promise<Caught> => {
      const seeds = values.ci ? seedsAround(known[mutant.name]) : allSeeds(mutant.first);
      const caught = { name: mutant.name, caughtBySeed: await catchMutant(mutant, seeds) };
      if (!values.json) console.log(describe(caught));
      return caught;
    },
  );
  const violated = await passUnmutated(mutants);
  const uncaught = mutants.filter(({ caughtBySeed }) => caughtBySeed === null).length;
  if (!values.ci && values.only === '' && uncaught === 0) writeKnownSeeds(mutants);
  for (const seed of violated) console.error(`seed ${seed} is violated by the real code too`);
  console.log(JSON.stringify({ mutants, uncaught }));
  process.exitCode = uncaught === 0 && violated.length === 0 ? 0 : 1;
}

function describe({ name, caughtBySeed }: Caught): string {
  return `${name}: ${caughtBySeed === null ? 'NOT CAUGHT' : `caught by seed ${caughtBySeed}`}`;
}

function allSeeds(first = Number(values.first)): number[] {
  return Array.from({ length: Number(values.seeds) }, (_, index) => first + index);
}

function seedsAround(seed: number | undefined): number[] {
  if (seed === undefined) return [];
  return [seed, ...Array.from({ length: AROUND }, (_, index) => [seed - index - 1, seed + index + 1]).flat()];
}

function readKnownSeeds(): Record<string, number> {
  const known: unknown = JSON.parse(readFileSync(SEEDS_FILE, 'utf8'));
  const entries: [string, unknown][] = typeof known === 'object' && known !== null ? Object.entries(known) : [];
  return Object.fromEntries(entries.map(([name, seed]) => [name, Number(seed)]));
}

function writeKnownSeeds(mutants: readonly Caught[]): void {
  const known = Object.fromEntries(mutants.map(({ name, caughtBySeed }) => [name, caughtBySeed]));
  writeFileSync(SEEDS_FILE, `${JSON.stringify(known, null, 2)}\n`);
}

/** The seeds that caught mutants say nothing unless the real code passes them. */
async function passUnmutated(mutants: readonly Caught[]): Promise<number[]> {
  const lives = new Map<string, { seed: number; kind: LifeKind }>();
  for (const { name, caughtBySeed } of mutants)
    for (const seed of seedsAround(caughtBySeed ?? undefined)) {
      const kind = kindOf(MUTANTS.find((mutant) => mutant.name === name));
      lives.set(`${kind} ${seed}`, { seed, kind });
    }
  const violated: number[] = [];
  for (const { seed, kind } of lives.values()) if (!(await passesUnmutated(seed, kind))) violated.push(seed);
  return violated;
}

/** A seed that the real code violates too has caught nothing. */
async function passesUnmutated(seed: number, kind: LifeKind): Promise<boolean> {
  return (await runSeed(seed, undefined, kind)).violations.length === 0;
}

/** Runs seeds on a patched copy until one is violated that the real code passes. A crash of the mutant itself does not count. */
async function catchMutant(mutant: Mutant, seeds: readonly number[]): Promise<number | null> {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
  try {
    for (const part of ['shared', 'test/simulation']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    patch(join(folder, mutant.file), mutant);
    for (let left = seeds; ;) {
      const caughtBy = await runUntilCaught(join(folder, 'test/simulation/seeds/simulate.ts'), kindOf(mutant), left);
      if (caughtBy === null || (await passesUnmutated(caughtBy, kindOf(mutant)))) return caughtBy;
      left = left.slice(left.indexOf(caughtBy) + 1);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function patch(path: string, { name, find, replace }: Mutant): void {
  const parts = readFileSync(path, 'utf8').split(find);
  if (parts.length !== 2)
    throw new Error(`Cannot make the mutant "${name}": its text stands ${parts.length - 1} times in ${path}`);
  writeFileSync(path, parts.join(replace));
}

function runUntilCaught(program: string, kind: LifeKind, seeds: readonly number[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const part: Part = { seeds, stopsAtViolation: true, kind };
    const worker = new Worker(program, { workerData: part, resourceLimits: THREAD_LIMITS });
    let caughtBy: number | null = null;
    worker.on('message', (result: SeedResult) => {
      if (isViolated(result)) caughtBy = result.seed;
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      resolve(caughtBy);
    });
  });
}
