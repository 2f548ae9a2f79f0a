import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forkHost, type ForkedHost, type ForkOptions } from '../../../local/host/fork-host.ts';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

export interface AppFixture {
  readonly root: string;
  /** Starts a host on the app; `remove` kills those that were not stopped. */
  start(options?: Partial<ForkOptions>): Promise<ForkedHost>;
  remove(): Promise<void>;
}

/** Writes a small function app to a temporary folder; each source is one file of `functions/`. */
export async function createApp(
  sources: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = {},
): Promise<AppFixture> {
  const root = await mkdtemp(join(tmpdir(), 'host-fixture-'));
  await symlink(join(PROJECT, 'node_modules'), join(root, 'node_modules'), 'junction');
  await cp(join(PROJECT, 'host.json'), join(root, 'host.json'));
  await writeFile(join(root, 'package.json'), JSON.stringify({ type: 'module', main: 'functions/*.{js,ts}' }));
  for (const [name, source] of Object.entries(sources)) {
    const file = join(root, 'functions', name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, source);
  }
  const hosts: ForkedHost[] = [];
  return {
    root,
    start: async (options = {}) => {
      const host = await forkHost({ root, manualTimers: true, ...options, env: { ...env, ...options.env } });
      hosts.push(host);
      return host;
    },
    remove: async () => {
      await Promise.all(hosts.map((host) => host.kill()));
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** What the functions of an app logged with `context.log`, in order. */
export function listLogged(host: ForkedHost, functionName?: string): string[] {
  return host.logs
    .filter((entry) => entry.category === 'user' && (functionName ?? entry.functionName) === entry.functionName)
    .map(({ message }) => message);
}
