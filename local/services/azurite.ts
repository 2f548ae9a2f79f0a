import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { lockFolder } from './lock-folder.ts';
import { findFreePort, isPortFree } from './ports.ts';

const ACCOUNT = 'devstoreaccount1';
// The account key that Azurite documents for everybody; it opens nothing but an emulator.
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
/** Reserved, so that nobody listens there. */
const NO_PORT = 1;
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;
const PORT_ATTEMPTS = 3; // between finding a free port and using it another program may take it

// Azurite outlives a parent that was killed. The channel to the parent closes however it ends, and this preload turns
// that into the SIGINT after which Azurite writes its files.
const END_WITH_PARENT = `
let asked = false;
process.once('SIGINT', () => {
  asked = true;
  process.channel?.unref();
  if (process.listenerCount('SIGINT') === 0) process.exit(0);
});
process.once('disconnect', () => { if (!asked) process.emit('SIGINT'); });
`;

export interface AzuriteOptions {
  /** Where the rows are kept between runs; without it they live in memory only. */
  readonly folder?: string;
  readonly tablePort?: number;
  readonly queuePort?: number;
  /** Rows only: at the address of the queues nobody answers. */
  readonly withoutQueues?: boolean;
}

export interface Azurite {
  readonly connectionString: string;
  /** Settles when one of the two services ended by itself, with the reason. */
  readonly failed: Promise<Error>;
  stop(): Promise<void>;
}

type Service = 'table' | 'queue';

class PortInUseError extends Error {}

interface ServiceProcess {
  readonly port: number;
  readonly failed: Promise<Error>;
  stop(): Promise<void>;
}

/** Starts the services of Azurite, each in a process of its own, on the loopback address. */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  const unlock = options.folder === undefined ? async () => {} : await lockFolder(options.folder);
  const wanted: [Service, number | undefined][] = [['table', options.tablePort]];
  if (options.withoutQueues !== true) wanted.push(['queue', options.queuePort]);
  const starting = await Promise.allSettled(
    wanted.map(([service, port]) => startService(service, port, options.folder)),
  );
  const services = starting.flatMap((service) => (service.status === 'fulfilled' ? [service.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(services.map((service) => service.stop()));
    await unlock();
  };
  const [table, queue] = services;
  if (table === undefined || services.length < wanted.length) {
    await stop();
    throw starting.find((service) => service.status === 'rejected')?.reason;
  }
  const failed = Promise.race(services.map((service) => service.failed));
  return { connectionString: buildConnectionString(table.port, queue?.port ?? NO_PORT), failed, stop };
}

function buildConnectionString(tablePort: number, queuePort: number): string {
  return [
    'DefaultEndpointsProtocol=http',
    `AccountName=${ACCOUNT}`,
    `AccountKey=${ACCOUNT_KEY}`,
    `TableEndpoint=http://127.0.0.1:${tablePort}/${ACCOUNT}`,
    `QueueEndpoint=http://127.0.0.1:${queuePort}/${ACCOUNT}`,
    '',
  ].join(';');
}

async function startService(service: Service, chosen: number | undefined, folder?: string): Promise<ServiceProcess> {
  if (chosen !== undefined) {
    if (!(await isPortFree(chosen))) throw portInUse(service, chosen);
    return launchService(service, chosen, folder);
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launchService(service, await findFreePort(), folder);
    } catch (error) {
      const isTaken = error instanceof PortInUseError;
      if (!isTaken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function launchService(service: Service, port: number, folder?: string): Promise<ServiceProcess> {
  const child = await forkService(service, port, folder);
  let output = '';
  let isStopping = false;
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-4_000);
  };
  child.stderr?.on('data', collect);
  child.stdout?.on('data', collect);
  const ended = once(child, 'exit');
  const stop = (): Promise<void> => {
    isStopping = true;
    return stopService(child, ended);
  };
  const isReady = await whenReady(child);
  if (!isReady) {
    await stop();
    throw explainStart(service, port, output, folder);
  }
  const failed = new Promise<Error>((resolve) => {
    child.once('exit', () => {
      if (!isStopping) resolve(new Error(`Azurite's ${service} service ended by itself: ${lastLine(output)}`));
    });
  });
  return { port, failed, stop };
}

async function forkService(service: Service, port: number, folder?: string): Promise<ChildProcess> {
  const store = folder === undefined ? ['--inMemoryPersistence'] : ['--location', folder];
  const address = [`--${service}Host`, '127.0.0.1', `--${service}Port`, String(port)];
  return fork(
    await findServiceFile(service),
    [...address, ...store, '--silent', '--disableTelemetry', '--skipApiVersionCheck'],
    {
      execArgv: ['--import', `data:text/javascript,${encodeURIComponent(END_WITH_PARENT)}`],
      // Ctrl-C reaches a whole process group; the storage must stay until its users have finished.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
}

async function findServiceFile(service: Service): Promise<string> {
  const file = createRequire(import.meta.url).resolve('azurite/package.json');
  return join(dirname(file), readBin(JSON.parse(await readFile(file, 'utf8')), `azurite-${service}`));
}

function readBin(manifest: unknown, name: string): string {
  const { bin } = manifest as { bin?: Record<string, string> };
  const path = bin?.[name];
  if (path === undefined) throw new Error(`Cannot start Azurite: its package has no program "${name}"; run npm ci`);
  return path;
}

function whenReady(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (isReady: boolean): void => {
      clearTimeout(timer);
      resolve(isReady);
    };
    const timer = setTimeout(finish, START_LIMIT_MS, false);
    child.once('exit', () => {
      finish(false);
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      if (/successfully (started|listen)/.test(chunk.toString())) finish(true);
    });
  });
}

async function stopService(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // SIGTERM ends Azurite before its last rows are written.
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}

function explainStart(service: Service, port: number, output: string, folder?: string): Error {
  if (output.includes('EADDRINUSE')) return portInUse(service, port);
  const remedy = folder === undefined ? '' : `; if "${folder}" is damaged, delete it and start again`;
  return new Error(`Cannot start Azurite's ${service} service on port ${port}: ${lastLine(output)}${remedy}`);
}

function portInUse(service: Service, port: number): PortInUseError {
  return new PortInUseError(
    `Cannot start Azurite's ${service} service: port ${port} is in use; stop the other program or choose another port`,
  );
}

function lastLine(output: string): string {
  const text = output.trim();
  return text === '' ? 'it said nothing' : (text.split('\n').at(-1) ?? text);
}
