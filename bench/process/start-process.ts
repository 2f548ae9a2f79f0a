import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of the benchmark, asked by the name of a command. */
export interface BenchProcess {
  ask<Answer>(name: string, input?: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

interface Reply {
  id: number;
  value?: unknown;
  error?: string;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Starts a file of the benchmark in a process of its own, so that nothing else is in its CPU time and its memory. */
export function startProcess(file: URL, env: NodeJS.ProcessEnv = process.env): BenchProcess {
  const child = fork(fileURLToPath(file), [], {
    env,
    execArgv: profileOptions(),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, Waiting>();
  const exited = once(child, 'exit');
  let questions = 0;
  child.on('message', (message) => {
    const { id, value, error } = message as Reply;
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(error));
  });
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values())
      reject(new Error(`It ended early: ${signal ?? `exit code ${code ?? ''}`}`));
  });
  return {
    ask: <Answer>(name: string, input: unknown = {}) =>
      new Promise<Answer>((resolve, reject) => {
        const id = (questions += 1);
        // A process answers with what its command returns.
        waiting.set(id, {
          resolve: (value) => {
            resolve(value as Answer);
          },
          reject,
        });
        child.send({ id, name, input });
      }),
    stop: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** With `BENCH_PROFILE=FOLDER` each process leaves a profile of its CPU there, for `node --cpu-prof`'s readers. */
function profileOptions(): string[] {
  const folder = process.env['BENCH_PROFILE'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}
