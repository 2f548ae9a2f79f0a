import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { format } from 'prettier';
import { readShape, SHAPES } from './shapes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const findAll = (text: string, pattern: RegExp): string[] =>
  Array.from(text.matchAll(pattern), ([, part = '']) => part);

const SET_BY_AZD = ['AZURE_ENV_NAME', 'AZURE_LOCATION'];

describe('azure.yaml', () => {
  const yaml = read('azure.yaml');
  const services = findAll(yaml.split(/^services:$/m)[1] ?? '', /^ {2}(\w+):$/gm);

  test.each(SHAPES)('has exactly one resource for each service that it deploys in the shape %s', (name) => {
    const tags = readShape(name).predictedResources.flatMap(({ tags: own }) => own?.['azd-service-name'] ?? []);
    // The portal is deployed under a condition, and only it.
    const deployed = name.startsWith('single-app') ? services.filter((service) => service !== 'portal') : services;
    expect(tags.sort()).toEqual(deployed.sort());
  });

  test('deploys the portal under the condition that infra/ has for it', () => {
    const { parameters } = JSON.parse(read('infra/main.parameters.json')) as Parameters;
    expect(findAll(yaml, /^ {4}condition: (.+)$/gm)).toEqual([parameters['deployPortal']?.value]);
    expect(yaml.indexOf('condition:')).toBeGreaterThan(yaml.indexOf('  portal:'));
  });

  test('packages with an npm script that exists', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = new Set(findAll(yaml, /run: npm run (\S+)/g));
    expect([...named].filter((name) => !(name in scripts))).toEqual([]);
    expect(named.size).toBe(1);
  });
});

interface Parameters {
  parameters: Record<string, { value: string }>;
}

describe('infra/main.parameters.json', () => {
  const { parameters } = JSON.parse(read('infra/main.parameters.json')) as Parameters;
  const main = read('infra/main.bicep');
  const declared = [...main.matchAll(/^param (\w+) \w+(?: = (.+))?$/gm)].map(([, name = '', fallback]) => ({
    name,
    fallback,
  }));

  test('gives every parameter of main.bicep a value of the azd environment', () => {
    expect(Object.keys(parameters)).toEqual(declared.map(({ name }) => name));
  });

  test('has the defaults of main.bicep', () => {
    const differing = declared.filter(({ name, fallback }) => {
      const given = /^\$\{\w+(?:=(.*))?\}$/.exec(parameters[name]?.value ?? '')?.[1];
      return given !== fallback?.replaceAll("'", '');
    });
    expect(differing).toEqual([]);
  });

  test('names only variables that azd sets or docs/deploy.md documents with the same default', () => {
    const documented = new Map(
      [...read('docs/deploy.md').matchAll(/^\| `(\w+)`\s*\|.*\| (.+?)\s*\|$/gm)].map(([, name = '', fallback = '']) => [
        name,
        fallback.replaceAll('`', ''),
      ]),
    );
    const used = Object.values(parameters).map(({ value }) => /^\$\{(\w+)(?:=(.*))?\}$/.exec(value) ?? []);
    const wrong = used
      .map(([, name = '', fallback]) => ({ name, fallback: fallback === undefined ? 'required' : fallback || 'none' }))
      .filter(({ name, fallback }) => !SET_BY_AZD.includes(name) && documented.get(name) !== fallback);
    expect(wrong).toEqual([]);
  });
});

describe('the outputs of main.bicep', () => {
  test('are used in docs/deploy.md or docs/operations.md', () => {
    const outputs = findAll(read('infra/main.bicep'), /^output (\w+) /gm);
    const documents = read('docs/deploy.md') + read('docs/operations.md');
    expect(outputs.filter((name) => !documents.includes(name))).toEqual([]);
  });
});

describe('.github/workflows/deploy.yml', () => {
  const workflow = read('.github/workflows/deploy.yml');

  test('is YAML', async () => {
    await expect(format(workflow, { parser: 'yaml' })).resolves.toContain('jobs:');
    await expect(format(`${workflow}\n bad: [`, { parser: 'yaml' })).rejects.toThrow();
  });

  test('checks, checks infra/, shows what would change and deploys, in this order', () => {
    expect(findAll(workflow, /^ {2}([\w-]+):$/gm).slice(-4)).toEqual(['check', 'infra', 'what-if', 'deploy']);
    expect(findAll(workflow, /^ {4}needs: \[(.+)\]$/gm)).toEqual(['check, infra', 'what-if']);
    const steps = ['check', 'infra', 'what-if', 'deploy'].map(
      (job) => workflow.split(`\n  ${job}:\n`)[1]?.split(/\n {2}\S/)[0],
    );
    const commands = ['.ci/run', 'npm run infra:check', 'azd provision --preview', 'azd up'];
    expect(steps.map((job, index) => job?.includes(`run: ${commands[index] ?? ''}`))).toEqual([true, true, true, true]);
  });

  test('pins every action to a commit', () => {
    const actions = findAll(workflow, /uses: (\S+)/g);
    expect(actions.length).toBeGreaterThan(3);
    expect(actions.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });

  test('signs in without a secret, from one environment', () => {
    expect(workflow).not.toMatch(/secrets\./);
    expect(new Set(findAll(workflow, /^ {4}environment: (\S+)$/gm))).toEqual(new Set(['production']));
    expect(findAll(workflow, /id-token: (write)/g)).toHaveLength(2);
  });
});
