import { globSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkBuild, checkLint, checkSnapshot, writeSnapshot } from './infra/check-bicep.ts';
import { findBicep, readBicepSources } from './infra/find-bicep.ts';

const HELP = `Holds infra/ against the Bicep compiler, without Azure and without a subscription.

  npm run infra:check                  no diagnostic of any kind, builds, and the snapshot of each shape is current
  npm run infra:check -- --update      writes the snapshots anew
  npm run infra:check -- --entra       also infra/entra.bicep; needs a network that reaches mcr.microsoft.com`;

const ROOT = join(import.meta.dirname, '..');

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    entra: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(HELP);
else await checkInfra(values.update, values.entra);

async function checkInfra(update: boolean, withEntra: boolean): Promise<void> {
  const bicep = await findBicep(readBicepSources(ROOT, process.env));
  console.log(`${bicep.path} ${bicep.version}`);
  const main = join(ROOT, 'infra', 'main.bicep');
  const shapes = globSync('infra/shapes/*.bicepparam', { cwd: ROOT }).sort();
  const checks = [
    ['infra/main.bicep has no diagnostic', () => checkLint(bicep, main)],
    ['infra/main.bicep builds', () => checkBuild(bicep, main)],
    ...shapes.map((shape) => {
      const check = update ? writeSnapshot : checkSnapshot;
      return [`${shape} ${update ? 'is written' : 'is as committed'}`, () => check(bicep, join(ROOT, shape))] as const;
    }),
    ...(withEntra
      ? [['infra/entra.bicep has no diagnostic', () => checkLint(bicep, join(ROOT, 'infra', 'entra.bicep'))] as const]
      : []),
  ] as const;
  // One compiler keeps one core busy.
  await Promise.all([0, 1].map((start) => runEvery(checks, start)));
}

async function runEvery(checks: readonly (readonly [string, () => Promise<string>])[], start: number): Promise<void> {
  for (const [name, check] of checks.filter((_, index) => index % 2 === start)) {
    const problem = await check();
    console.log(problem === '' ? `ok      ${name}` : `FAILED  ${name}\n${problem}`);
    if (problem !== '') process.exitCode = 1;
  }
}
