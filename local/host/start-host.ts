import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInvoker } from './functions/create-invoker.ts';
import { describeFunction, type FunctionInfo } from './functions/describe-function.ts';
import { installFunctionsCore, type FunctionsCore } from './functions/functions-core.ts';
import { readHostJson } from './functions/host-json.ts';
import { loadFunctions } from './functions/load-functions.ts';
import { logSystem, type Log } from './functions/log-entry.ts';
import type { HttpFunction } from './http/answer-request.ts';
import { serveHttp } from './http/serve-http.ts';
import { openQueueTriggers, type QueueOverrides } from './queues/open-queue-triggers.ts';
import { createQueueService } from './queues/queue-service.ts';
import { waitForEnd, waitForIdle, type IdleOptions } from './queues/wait-for-idle.ts';
import { writeOutputs } from './queues/write-outputs.ts';
import { createTimers } from './timers/create-timers.ts';

const STOP_LIMIT_MS = 10_000;

export interface HostOptions {
  /** The folder of host.json and package.json. */
  readonly root: string;
  /** Files or globs below `root`; by default the "main" of package.json. */
  readonly functions?: readonly string[];
  /** By default any free one. */
  readonly port?: number;
  /** What `%SETTING%` and connections are read from, by default `process.env`; the functions always see that. */
  readonly env?: NodeJS.ProcessEnv;
  /** True: functions of the level `function` ask for `functionKey`. */
  readonly requireKey?: boolean;
  /** By default a random one; `Host.functionKey` tells it. */
  readonly functionKey?: string;
  /** Another schedule, by the name of the function. */
  readonly schedules?: Readonly<Record<string, string>>;
  /** True: timers run only by `runTimerNow`. */
  readonly manualTimers?: boolean;
  /** Keeps when timers ran, so that a later host knows what it missed. */
  readonly timerStatusFolder?: string;
  readonly queues?: QueueOverrides;
  readonly functionTimeoutMs?: number;
  /** How long `stop` waits for what runs; by default 10 seconds. */
  readonly stopLimitMs?: number;
  readonly log?: Log;
}

export interface Host {
  /** Without the route prefix and without a slash at its end. */
  readonly url: string;
  readonly functionKey: string | null;
  readonly functions: readonly FunctionInfo[];
  /** Runs a timer's function once and waits for it; rejects with its error. */
  runTimerNow(name: string): Promise<void>;
  /** Sends a message to the queue that starts the function: a text as it is, anything else as JSON. */
  enqueue(name: string, message: unknown): Promise<void>;
  /** Resolves when nothing runs and no queue of a trigger holds a message, visible or hidden. */
  idle(options?: IdleOptions): Promise<void>;
  /** Waits for what runs, up to a limit; a message that is cut off comes back when its hiding ends. */
  stop(): Promise<void>;
}

/** Runs the functions of an app without Azure: timers, queues of a real storage service, HTTP on loopback. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { env = process.env, log = () => {} } = options;
  const hostJson = readHostJson(await readFile(join(options.root, 'host.json'), 'utf8'));
  const core = installFunctionsCore();
  core.setLog((level, message) => {
    logSystem(log, level, message);
  });
  const model = await loadFunctions(core, options.root, options.functions);
  const { HttpUri: httpUri } = await model.getCapabilities({});
  await runHooks(core, 'appStart');

  const functions = [...core.functions.values()]
    .filter(({ metadata }) => !isDisabled(metadata.name, env))
    .map((registration) => ({
      registration,
      info: overrideSchedule(describeFunction(registration, env), options.schedules),
    }));
  let wake: (queueName: string) => void = () => {};
  const queues = createQueueService(env, hostJson.queues.messageEncoding, (name) => {
    wake(name);
  });
  const invoker = createInvoker({
    core,
    model,
    functionTimeoutMs: options.functionTimeoutMs ?? hostJson.functionTimeoutMs,
    log,
    writeOutputs: ({ metadata }, response) => writeOutputs(metadata, response, queues, env),
  });
  const { invoke } = invoker;
  const timers = createTimers({
    functions,
    invoke,
    isManual: options.manualTimers === true,
    statusFolder: options.timerStatusFolder,
    log,
  });
  const triggers = await openQueueTriggers({
    functions,
    invoke,
    hostJson,
    overrides: options.queues ?? {},
    queues,
    log,
  });
  wake = triggers.wake;
  const functionKey = chooseKey(options);
  const httpFunctions = functions.flatMap(({ registration, info }): HttpFunction[] =>
    info.trigger === 'http'
      ? [{ info, invoke: (data, metadata, invocationId) => invoke(registration, { data, metadata, invocationId }) }]
      : [],
  );
  const port = options.port ?? 0;
  const http = await serveHttp({ functions: httpFunctions, hostJson, port, functionKey, httpUri, log });
  triggers.start();
  await timers.start();

  return {
    url: http.url,
    functionKey: functionKey ?? null,
    functions: functions.map(({ info }) => info),
    runTimerNow: timers.runNow,
    enqueue: triggers.enqueue,
    idle: (idleOptions) => waitForIdle(invoker, triggers.queues, idleOptions),
    stop: async () => {
      timers.stop();
      http.refuseNew();
      await triggers.stop();
      const cutOff = await waitForEnd(invoker, options.stopLimitMs ?? STOP_LIMIT_MS);
      if (cutOff.length > 0) logSystem(log, 'warning', `Stopped while ${cutOff.join(', ')} ran`);
      // A run that nobody waits for any more would keep its timer's status for ever unwritten.
      else await timers.ended();
      await runHooks(core, 'appTerminate');
      http.close();
    },
  };
}

/** The setting by which Azure leaves a function out. */
function isDisabled(name: string, env: NodeJS.ProcessEnv): boolean {
  return ['true', '1'].includes(env[`AzureWebJobs.${name}.Disabled`]?.toLowerCase() ?? '');
}

function overrideSchedule(info: FunctionInfo, schedules: HostOptions['schedules']): FunctionInfo {
  const schedule = schedules?.[info.name];
  return info.trigger === 'timer' && schedule !== undefined ? { ...info, schedule } : info;
}

async function runHooks(core: FunctionsCore, name: 'appStart' | 'appTerminate'): Promise<void> {
  const context = { hookData: {} };
  for (const hook of core.getHooks(name)) await hook(context);
}

function chooseKey({ requireKey, functionKey }: HostOptions): string | undefined {
  return requireKey === true ? (functionKey ?? randomBytes(24).toString('base64url')) : undefined;
}
