import { randomUUID } from 'node:crypto';
import { findTrigger } from './describe-function.ts';
import type {
  CoreInvocation,
  FunctionsCore,
  InvocationResponse,
  ProgrammingModel,
  Registration,
  RpcData,
} from './functions-core.ts';
import { explainError, type Log } from './log-entry.ts';

export interface Trigger {
  readonly data: RpcData;
  readonly metadata: Readonly<Record<string, RpcData>>;
  readonly invocationId?: string;
}

export type Invoke = (registration: Registration, trigger: Trigger) => Promise<InvocationResponse>;

export interface Invoker {
  readonly invoke: Invoke;
  /** Names of the functions that run now, one entry per call. */
  running(): readonly string[];
  /** How many calls were ever begun; unchanged means that nothing ran in between. */
  begun(): number;
}

export interface InvokerParts {
  readonly core: FunctionsCore;
  readonly model: ProgrammingModel;
  readonly functionTimeoutMs: number;
  readonly log: Log;
  readonly writeOutputs: (registration: Registration, response: InvocationResponse) => Promise<void>;
}

/** Runs functions as the worker does: arguments, hooks, handler, hooks, outputs; a failure rejects and is logged. */
export function createInvoker(parts: InvokerParts): Invoker {
  const running = new Map<string, string>();
  let begun = 0;
  const invoke: Invoke = async (registration, trigger) => {
    const { name } = registration.metadata;
    const invocationId = trigger.invocationId ?? randomUUID();
    begun += 1;
    running.set(invocationId, name);
    const startedAt = performance.now();
    const write: CoreInvocation['log'] = (level, category, message) => {
      parts.log({ level, category, functionName: name, invocationId, message });
    };
    try {
      const call = callFunction(parts, registration, { ...trigger, invocationId }, write);
      const response = await withTimeout(call, parts.functionTimeoutMs, name);
      write('debug', 'system', `Executed "${name}" in ${Math.round(performance.now() - startedAt)} ms`);
      return response;
    } catch (error) {
      write('error', 'system', `"${name}" failed: ${explainError(error)}`);
      throw error;
    } finally {
      running.delete(invocationId);
    }
  };
  return { invoke, running: () => [...running.values()], begun: () => begun };
}

async function callFunction(
  { core, model, writeOutputs }: InvokerParts,
  registration: Registration,
  { data, metadata, invocationId }: Required<Trigger>,
  write: CoreInvocation['log'],
): Promise<InvocationResponse> {
  const { bindingName } = findTrigger(registration.metadata.bindings);
  const hookData = {};
  const known: { invocationContext?: unknown } = {};
  const invocation: CoreInvocation = {
    invocationId,
    metadata: registration.metadata,
    request: {
      inputData: [{ name: bindingName, data }],
      triggerMetadata: metadata,
      traceContext: {},
      retryContext: null,
    },
    log: (level, category, message) => {
      const line = { level, category, message, ...known };
      for (const hook of core.getHooks('log')) hook(line);
      write(line.level, category, line.message);
    },
    state: undefined,
  };
  const steps = model.getInvocationModel(invocation);
  const { context, inputs } = await steps.getArguments();
  known.invocationContext = context;

  const before = { hookData, invocationContext: context, inputs, functionCallback: registration.callback };
  invocation.state = 'preInvocationHooks';
  for (const hook of core.getHooks('preInvocation')) await hook(before);

  const after: AfterCall = { hookData, invocationContext: context, inputs: before.inputs, result: null, error: null };
  invocation.state = 'invocation';
  try {
    after.result = await steps.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error ?? new Error('the function threw nothing');
  }
  invocation.state = 'postInvocationHooks';
  for (const hook of core.getHooks('postInvocation')) await hook(after);

  if (after.error !== null && after.error !== undefined) throw toError(after.error);
  const response = await steps.getResponse(context, after.result);
  await writeOutputs(registration, response);
  return response;
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`The function threw ${JSON.stringify(thrown)}`);
}

interface AfterCall extends Record<string, unknown> {
  result: unknown;
  error: unknown;
}

async function withTimeout<T>(call: Promise<T>, timeoutMs: number, name: string): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`"${name}" ran longer than ${timeoutMs} ms, after which Azure would end its process`));
  }, timeoutMs);
  try {
    return await Promise.race([call, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
