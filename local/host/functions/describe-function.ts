import type { Binding, Registration } from './functions-core.ts';
import { resolveSettings } from './resolve-settings.ts';

export interface HttpFunctionInfo {
  readonly name: string;
  readonly trigger: 'http';
  /** Without the prefix of host.json. */
  readonly route: string;
  readonly methods: readonly string[];
  readonly authLevel: string;
}

export interface QueueFunctionInfo {
  readonly name: string;
  readonly trigger: 'queue';
  readonly queueName: string;
  readonly connection: string;
}

export interface TimerFunctionInfo {
  readonly name: string;
  readonly trigger: 'timer';
  readonly schedule: string;
  readonly useMonitor: boolean;
}

export type FunctionInfo = HttpFunctionInfo | QueueFunctionInfo | TimerFunctionInfo;

/** A registered function with what starts it. */
export interface DescribedFunction {
  readonly registration: Registration;
  readonly info: FunctionInfo;
}

const KNOWN_OUTPUTS = ['http', 'queue'];

/** Reads what starts a function from its bindings, with every `%SETTING%` resolved. */
export function describeFunction({ metadata }: Registration, env: NodeJS.ProcessEnv): FunctionInfo {
  const { name } = metadata;
  refuseUnknown(name, Object.values(metadata.bindings), metadata.retryOptions);
  const { trigger } = findTrigger(metadata.bindings);
  switch (trigger.type.toLowerCase()) {
    case 'httptrigger':
      return describeHttp(name, trigger);
    case 'queuetrigger':
      return { name, trigger: 'queue', ...describeQueue(name, trigger, env) };
    case 'timertrigger':
      return describeTimer(name, trigger, env);
    default:
      throw new Error(`Cannot run "${name}": the local host has no trigger of type ${trigger.type}`);
  }
}

/** The binding that starts a function, and the name by which the library knows it. */
export function findTrigger(bindings: Readonly<Record<string, Binding>>): { bindingName: string; trigger: Binding } {
  const found = Object.entries(bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (found === undefined) throw new Error('Cannot run a function without a trigger');
  return { bindingName: found[0], trigger: found[1] };
}

export function describeQueue(
  name: string,
  binding: Binding,
  env: NodeJS.ProcessEnv,
): { queueName: string; connection: string } {
  return {
    queueName: resolveSettings(readOption(name, binding, 'queueName'), env),
    connection: readOption(name, binding, 'connection', 'AzureWebJobsStorage'),
  };
}

function describeHttp(name: string, binding: Binding): HttpFunctionInfo {
  const methods: unknown = binding['methods'];
  return {
    name,
    trigger: 'http',
    route: readOption(name, binding, 'route', name),
    methods: Array.isArray(methods) ? methods.map((method) => String(method).toUpperCase()) : ['GET', 'POST'],
    authLevel: readOption(name, binding, 'authLevel', 'function').toLowerCase(),
  };
}

function describeTimer(name: string, binding: Binding, env: NodeJS.ProcessEnv): TimerFunctionInfo {
  if (binding['runOnStartup'] === true) {
    throw new Error(`Cannot run "${name}": runOnStartup starts it at every scale-out in Azure; remove it`);
  }
  return {
    name,
    trigger: 'timer',
    schedule: resolveSettings(readOption(name, binding, 'schedule'), env),
    useMonitor: binding['useMonitor'] !== false,
  };
}

function refuseUnknown(name: string, bindings: readonly Binding[], retryOptions: unknown): void {
  if (retryOptions !== undefined && retryOptions !== null) {
    throw new Error(`Cannot run "${name}": the local host has no retry policies`);
  }
  const inputOrOutput = bindings.filter((binding) => !/trigger$/i.test(binding.type));
  const unknown = inputOrOutput.find(
    ({ type, direction }) => direction !== 'out' || !KNOWN_OUTPUTS.includes(type.toLowerCase()),
  );
  if (unknown === undefined) return;
  throw new Error(
    `Cannot run "${name}": the local host has no ${unknown.direction ?? ''} binding of type ${unknown.type}`,
  );
}

function readOption(name: string, binding: Binding, option: string, fallback?: string): string {
  const value = binding[option] ?? fallback;
  if (typeof value === 'string') return value;
  throw new Error(`Cannot run "${name}": its ${binding.type} has no ${option}`);
}
