import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { MUTANTS, type Mutant } from './mutant-list.ts';

const HELP = `Breaks the production code on purpose, one way at a time, and shows that the simulation notices.

  npm run sim:mutants -- [--seeds N] [--first S] [--only TEXT] [--json]

  --seeds N    most seeds a mutant may survive (default 5000)
  --only TEXT  only mutants whose name holds TEXT
  --json       only the closing JSON line`;

const ROOT = join(import.meta.dirname, '../..');

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5000' },
    first: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else await runAll();

async function runAll(): Promise<void> {
  const chosen = MUTANTS.filter(({ name }) => name.includes(values.only));
  const mutants: { name: string; caughtBySeed: number | null }[] = [];
  for (const mutant of chosen) {
    const caughtBySeed = await catchMutant(mutant);
    mutants.push({ name: mutant.name, caughtBySeed });
    if (!values.json)
      console.log(`${mutant.name}: ${caughtBySeed === null ? 'NOT CAUGHT' : `caught by seed ${caughtBySeed}`}`);
  }
  const uncaught = mutants.filter(({ caughtBySeed }) => caughtBySeed === null).length;
  console.log(JSON.stringify({ mutants, uncaught }));
  process.exitCode = uncaught === 0 ? 0 : 1;
}

/** Runs seeds on a patched copy until one is violated. A crash of the mutant itself does not count. */
async function catchMutant(mutant: Mutant): Promise<number | null> {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
  try {
    for (const part of ['shared', 'test/simulation']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    patch(join(folder, mutant.file), mutant);
    return await runUntilCaught(join(folder, 'test/simulation/simulate.ts'));
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

function runUntilCaught(program: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, {
      workerData: { first: Number(values.first), step: 1, count: Number(values.seeds) },
    });
    worker.on('message', ({ seed, violations }: { seed: number; violations: string[] }) => {
      if (!violations.some((violation) => !violation.startsWith('bug:'))) return;
      resolve(seed);
      void worker.terminate();
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      resolve(null);
    });
  });
}
