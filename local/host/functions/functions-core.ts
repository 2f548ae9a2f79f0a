import { registerHooks } from 'node:module';

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
export type LogCategory = 'user' | 'system' | 'customMetric';

export interface Binding {
  readonly type: string;
  readonly direction?: string;
  readonly [option: string]: unknown;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: unknown;
}

export type FunctionHandler = (...inputs: unknown[]) => unknown;

export interface Registration {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionHandler;
}

/** One value between host and worker, in the form that the worker protocol gives it. */
export interface RpcData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  http?: RpcHttp;
}

export interface RpcCookie {
  name: string;
  value: string;
  domain?: { value: string };
  path?: { value: string };
  expires?: { value: string | number | { seconds: number } };
  secure?: { value: boolean };
  httpOnly?: { value: boolean };
  sameSite?: string;
  maxAge?: { value: number };
}

export interface RpcHttp {
  method?: string;
  url?: string;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  params?: Record<string, string>;
  body?: RpcData | null;
  statusCode?: string;
  cookies?: RpcCookie[];
}

export interface InvocationResponse {
  readonly returnValue?: RpcData | null | undefined;
  readonly outputData?: readonly { readonly name: string; readonly data: RpcData }[];
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], handler: FunctionHandler): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface InvocationRequest {
  readonly inputData: readonly { readonly name: string; readonly data: RpcData }[];
  readonly triggerMetadata: Readonly<Record<string, RpcData>>;
  readonly traceContext: object;
  readonly retryContext: null;
}

/** `state` is written while the call proceeds: the library warns about logging after the end by it. */
export interface CoreInvocation {
  readonly invocationId: string;
  readonly metadata: FunctionMetadata;
  readonly request: InvocationRequest;
  readonly log: (level: LogLevel, category: LogCategory, message: string) => void;
  state: string | undefined;
}

export interface ProgrammingModel {
  getInvocationModel(invocation: CoreInvocation): InvocationModel;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

type Hook = (context: Record<string, unknown>) => unknown;

export interface FunctionsCore {
  readonly functions: ReadonlyMap<string, Registration>;
  getModel(): ProgrammingModel | undefined;
  getHooks(name: string): readonly Hook[];
  /** Where the library's own log lines go from now on. */
  setLog(log: (level: LogLevel, message: string) => void): void;
}

const CORE_URL = 'local-host:functions-core';
const CORE_KEY = Symbol.for('local-host.functions-core');
let installed: FunctionsCore | undefined;

/**
 * Supplies the module `@azure/functions-core`, which only the real worker has, so that `@azure/functions` registers
 * with us. A module is loaded once per process, so what it registered stays for a second host of the same process.
 */
export function installFunctionsCore(): FunctionsCore {
  if (installed !== undefined) return installed;
  const { core, moduleExports } = createCore();
  Reflect.set(globalThis, CORE_KEY, moduleExports);
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '@azure/functions-core'
        ? { url: CORE_URL, format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === CORE_URL
        ? {
            format: 'commonjs',
            shortCircuit: true,
            source: `module.exports = globalThis[Symbol.for('${CORE_KEY.description ?? ''}')];`,
          }
        : next(url, context),
  });
  installed = core;
  return core;
}

function createCore() {
  const functions = new Map<string, Registration>();
  const hooks = new Map<string, Hook[]>();
  let model: ProgrammingModel | undefined;
  let log: (level: LogLevel, message: string) => void = () => {};
  const moduleExports = {
    version: '4.1045.0',
    hostVersion: '4.1045.0',
    registerFunction: (metadata: FunctionMetadata, callback: FunctionHandler) => {
      refuseTwin(metadata.name, functions);
      functions.set(metadata.name, { metadata, callback });
      return { dispose: () => functions.delete(metadata.name) };
    },
    registerHook: (name: string, hook: Hook) => {
      hooks.set(name, [...(hooks.get(name) ?? []), hook]);
      return {
        dispose: () =>
          hooks.set(
            name,
            (hooks.get(name) ?? []).filter((other) => other !== hook),
          ),
      };
    },
    setProgrammingModel: (given: ProgrammingModel) => {
      model = given;
    },
    getProgrammingModel: () => model,
    log: (level: LogLevel, _category: LogCategory, message: string) => {
      log(level, message);
    },
  };
  const core: FunctionsCore = {
    functions,
    getModel: () => model,
    getHooks: (name) => hooks.get(name) ?? [],
    setLog: (given) => {
      log = given;
    },
  };
  return { core, moduleExports };
}

function refuseTwin(name: string, functions: ReadonlyMap<string, Registration>): void {
  const twin = [...functions.keys()].find((other) => other.toLowerCase() === name.toLowerCase());
  if (twin === undefined) return;
  throw new Error(`Cannot register the function "${name}": "${twin}" exists, and names must differ by more than case`);
}
