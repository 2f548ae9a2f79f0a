import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LogEntry } from './functions/log-entry.ts';
import { readFromHost, type FromHost, type HostCall, type ToHost } from './host-messages.ts';
import type { Host, HostOptions } from './start-host.ts';

export interface ForkOptions extends Omit<HostOptions, 'env'> {
  /** Settings of the host's process, beside those of this one. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ForkedHost extends Host {
  readonly pid: number;
  /** All log lines so far. */
  readonly logs: readonly LogEntry[];
  /** What the process wrote to its console. */
  output(): string;
  /** Resolves with the first line, earlier or to come, that fits. */
  waitForLog(fits: (entry: LogEntry) => boolean): Promise<LogEntry>;
  /** Ends the process on the spot, as a crash or a lost machine would. */
  kill(): Promise<void>;
  readonly exited: Promise<Exit>;
}

/** Starts a host in a process of its own; jest, for one, cannot have the module hooks of `startHost` in its own. */
export async function forkHost({ env, log, ...options }: ForkOptions): Promise<ForkedHost> {
  const child = fork(fileURLToPath(new URL('./host-process.ts', import.meta.url)), [], {
    env: { ...process.env, ...env },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = collectOutput(child);
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const logs: LogEntry[] = [];
  const calls = createCalls(child, exited);
  const watchers = new Set<(entry: LogEntry) => void>();
  const started = new Promise<Pick<Host, 'url' | 'functionKey' | 'functions'>>((resolve, reject) => {
    const receive = (message: FromHost): void => {
      if (message.type === 'started') resolve(message.host);
      else if (message.type === 'failed') reject(new Error(message.message));
      else if (message.type === 'answer') calls.settle(message.id, message.error);
      else {
        logs.push(message.entry);
        log?.(message.entry);
        watchers.forEach((watch) => {
          watch(message.entry);
        });
      }
    };
    child.on('message', (message) => {
      receive(readFromHost(message));
    });
    void exited.then(() => {
      reject(new Error(`The host ended before it had started: ${output().trim()}`));
    });
  });
  sendTo(child, { type: 'start', options });
  return {
    ...(await started),
    pid: child.pid ?? 0,
    logs,
    output,
    waitForLog: (fits) => waitForLog(fits, logs, watchers, exited),
    runTimerNow: (...args) => calls.begin({ method: 'runTimerNow', args }),
    enqueue: (...args) => calls.begin({ method: 'enqueue', args }),
    idle: (...args) => calls.begin({ method: 'idle', args }),
    stop: async () => {
      await calls.begin({ method: 'stop', args: [] });
      await exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    exited,
  };
}

function createCalls(child: ChildProcess, exited: Promise<Exit>) {
  const waiting = new Map<number, (error: string | null) => void>();
  let lastId = 0;
  void exited.then(({ code, signal }) => {
    for (const settle of waiting.values()) settle(`The host has ended (${signal ?? `exit code ${code ?? ''}`})`);
    waiting.clear();
  });
  return {
    begin: (call: HostCall): Promise<void> => {
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, (error) => {
          if (error === null) resolve();
          else reject(new Error(error));
        });
        if (child.connected) sendTo(child, { type: 'call', id, call });
        else reject(new Error(`Cannot ask the host for ${call.method}: it has ended`));
      });
    },
    settle: (id: number, error: string | null): void => {
      waiting.get(id)?.(error);
      waiting.delete(id);
    },
  };
}

function waitForLog(
  fits: (entry: LogEntry) => boolean,
  logs: readonly LogEntry[],
  watchers: Set<(entry: LogEntry) => void>,
  exited: Promise<Exit>,
): Promise<LogEntry> {
  const earlier = logs.find(fits);
  if (earlier !== undefined) return Promise.resolve(earlier);
  return new Promise((resolve, reject) => {
    const watch = (entry: LogEntry): void => {
      if (!fits(entry)) return;
      watchers.delete(watch);
      resolve(entry);
    };
    watchers.add(watch);
    void exited.then(() => {
      reject(new Error('The host ended before it wrote the log line that was waited for'));
    });
  });
}

function sendTo(child: ChildProcess, message: ToHost): void {
  child.send(message, () => undefined); // a child that has ended shows itself by its exit
}

function collectOutput(child: ChildProcess): () => string {
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  return () => output;
}
