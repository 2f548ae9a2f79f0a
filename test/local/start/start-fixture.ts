import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { fetchApi } from '../../helpers/api/fetch-api.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A program of `local/` in a process of its own, as npm starts it. */
export interface Program {
  /** What it wrote so far. */
  lines(): string[];
  /** Resolves with the first line, earlier or to come, that fits. */
  waitForLine(pattern: RegExp, limitMs: number): Promise<string>;
  /** Ctrl-C; answers the exit code. */
  interrupt(): Promise<number | null>;
  kill(): Promise<void>;
}

export interface ProgramEnd {
  readonly code: number | null;
  /** Both streams in the order of writing. */
  readonly output: string;
}

export function startProgram(script: string, args: readonly string[]): Program {
  const { child, output, ended } = launch(script, args);
  const lines = (): string[] => output().trimEnd().split('\n');
  return {
    lines,
    waitForLine: (pattern, limitMs) => waitForLine({ child, lines, ended }, pattern, limitMs),
    interrupt: async () => {
      child.kill('SIGINT');
      return ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export async function runProgram(
  script: string,
  args: readonly string[],
  nodeArgs: readonly string[] = [],
): Promise<ProgramEnd> {
  const { output, ended } = launch(script, args, nodeArgs);
  return { code: await ended, output: output() };
}

export interface ListedIncident {
  readonly key: string;
  readonly tenantId: string;
  readonly lastUpdateTime: string;
}

/** What the app answers at `GET /api/incidents`, all pages. */
export async function listIncidents(port: number): Promise<ListedIncident[]> {
  const incidents: ListedIncident[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const place: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const host = { url: `http://localhost:${port}` };
    const page = readPage((await fetchApi(host, 'GET', `incidents?pageSize=500${place}`)).json);
    incidents.push(...page.incidents);
    ({ cursor } = page);
  }
  return incidents;
}

function readPage(body: unknown): { incidents: ListedIncident[]; cursor: string | null } {
  const page = body as {
    incidents: { tenantId: string; incidentId: string; lastUpdateTime: string }[];
    cursor: string | null;
  };
  const incidents = page.incidents.map((one) => ({ ...one, key: `${one.tenantId} ${one.incidentId}` }));
  return { incidents, cursor: page.cursor };
}

interface Launched {
  readonly child: ChildProcess;
  output(): string;
  readonly ended: Promise<number | null>;
}

function launch(script: string, args: readonly string[], nodeArgs: readonly string[] = []): Launched {
  const child = spawn(process.execPath, [...nodeArgs, 'local/run.mjs', script, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { child, output: () => output, ended };
}

function waitForLine(
  { child, lines, ended }: Pick<Launched, 'child' | 'ended'> & { lines(): string[] },
  pattern: RegExp,
  limitMs: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      reject(new Error(`${reason} before a line fitted ${pattern.source}:\n${lines().join('\n')}`));
    };
    const timer = setTimeout(fail, limitMs, `${limitMs} ms passed`);
    const look = (): void => {
      // The last line may still be unfinished; it is looked at again with what follows.
      const found = lines().find((line) => pattern.test(line));
      if (found === undefined) return;
      clearTimeout(timer);
      child.stdout?.off('data', look);
      resolve(found);
    };
    child.stdout?.on('data', look);
    void ended.then((code) => {
      clearTimeout(timer);
      fail(`The program ended with ${code ?? 'a signal'}`);
    });
    look();
  });
}
