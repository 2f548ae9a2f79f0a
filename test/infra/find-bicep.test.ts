import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkLint } from '../../local/infra/check-bicep.ts';
import { BICEP_VERSION, findBicep, type BicepSources } from '../../local/infra/find-bicep.ts';

let folder: string;
let sources: BicepSources;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-bicep-'));
  sources = {
    files: [join(folder, 'bicep')],
    packageFolder: join(folder, '.bicep'),
    platform: 'linux-x64',
    dotnet: join(folder, 'no-dotnet'),
  };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A compiler that answers the same to everything. */
async function writeTool(name: string, output: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!${process.execPath}\nprocess.stdout.write(${JSON.stringify(output)});\n`);
  await chmod(path, 0o755);
  return path;
}

const sarif = (results: object[]): string => JSON.stringify({ runs: [{ results }] });

describe('findBicep()', () => {
  test('takes the one on PATH when it is new enough', async () => {
    const path = await writeTool('bicep', 'Bicep CLI version 1.0.3 (abc)');
    expect(await findBicep(sources)).toEqual({ path, version: '1.0.3' });
  });

  test('says so when there is none, none new enough and no package', async () => {
    await writeTool('bicep', 'Bicep CLI version 0.4.1 (abc)');
    await expect(findBicep(sources)).rejects.toThrow(
      new RegExp(`Cannot check infra/ as there is no Bicep ${BICEP_VERSION} or newer: .*no-dotnet`, 's'),
    );
  });
});

describe('checkLint()', () => {
  test('makes a warning a problem although the compiler ends well', async () => {
    const warning = {
      ruleId: 'BCP037',
      message: { text: 'The property "nmae" is not allowed' },
      locations: [{ physicalLocation: { artifactLocation: { uri: 'main.bicep' }, region: { startLine: 3 } } }],
    };
    const path = await writeTool('linter', sarif([warning]));
    const version = BICEP_VERSION;
    expect(await checkLint({ path, version }, 'main.bicep')).toBe(
      'main.bicep:3 BCP037 The property "nmae" is not allowed',
    );
    await writeTool('linter', sarif([]));
    expect(await checkLint({ path, version }, 'main.bicep')).toBe('');
  });

  test('shows what a compiler says that fails', async () => {
    const path = await writeTool('linter', 'no such file');
    expect(await checkLint({ path, version: BICEP_VERSION }, 'main.bicep')).toBe('no such file');
  });
});
