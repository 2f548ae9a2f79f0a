import { rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { mapLimited } from '../../shared/domain/values/map-limited.ts';
import type { TenantView } from '../../shared/domain/views/tenant-view.ts';
import { buildBoard } from '../build/build-board.ts';
import { buildIfNeeded } from '../build/build-if-needed.ts';
import { forkHost, type ForkedHost } from '../host/fork-host.ts';
import type { Log } from '../host/functions/log-entry.ts';
import { startAzurite, type Azurite } from '../services/azurite.ts';
import { findFreePort, isPortFree } from '../services/ports.ts';
import { createTables } from './demo/create-tables.ts';
import { createDemoApi, type DemoApi } from './demo/demo-api.ts';
import { openDemoFolder, refuseRunningDemo, type DemoFolder } from './demo/demo-folder.ts';
import { planDemo } from './demo/demo-record.ts';
import { buildDemoSettings, buildHostEnvironment, saveDemoSettings } from './demo/demo-settings.ts';
import { NEWCOMER, PARTNER } from './demo/demo-tenants.ts';
import type { StartOptions } from './demo/start-options.ts';
import { formatCount, formatSeconds } from './screen/format-text.ts';
import { foundText } from './screen/ready-text.ts';
import { startDemoCloud, type DemoCloud } from './start-demo-cloud.ts';
import type { StopStack } from './stop-stack.ts';

export interface Demo {
  readonly url: string;
  readonly api: DemoApi;
  readonly cloud: DemoCloud;
  /** Runs the schedule's function now, before its next tick. */
  tick(): Promise<void>;
  /** Settles when something ended that should not. */
  readonly failed: Promise<Error>;
}

export interface DemoParts {
  readonly root: string;
  readonly stops: StopStack;
  readonly line: (text: string) => void;
  readonly log: Log;
}

const REGISTRATIONS_AT_ONCE = 8;
/** How long a message stays hidden after a start that was cut off: the next one goes on with it soon. */
const HIDDEN_SECONDS = 30;

/** Starts simulator, storage and host, in this order, and registers the customers. What runs is on `stops`. */
export async function startDemo(options: StartOptions, parts: DemoParts): Promise<Demo> {
  const { root, stops, line } = parts;
  const path = resolve(root, options.folder);
  await refuseRunningDemo(path);
  const port = await choosePort(options.port);
  const folder = await openDemoFolder(path, options.isFresh);
  stops.push(folder.unlock);
  const cloud = await startDemoCloud(folder, planDemo(folder.record, options, new Date()));
  stops.push(() => cloud.simulator.close());
  const [azurite] = await Promise.all([
    startStorage(folder, parts),
    buildIfNeeded(root).then(sayBuilt(line)),
    buildBoard(root),
  ]);
  line(`Simulator of Entra, Key Vault, Defender and Graph at ${cloud.simulator.url}`);
  line(`Storage (Azurite) at ${listEndpoints(azurite.connectionString)}, kept in ${shorten(root, folder.azurite)}`);

  const { host, url } = await startApp(port, { ...parts, folder, cloud, azurite, options });
  const api = createDemoApi(host.url);
  const known = await api.listTenants();
  line(known.length > 0 ? foundText(shorten(root, folder.folder), known) : inventedText(cloud));
  await registerMissing(api, cloud, known);
  if (known.some(isOnboarded)) grantAgain(cloud);
  return { url, api, cloud, tick: () => host.runTimerNow('dispatchCollection'), failed: watch(host, azurite) };
}

async function choosePort(wanted: number): Promise<number> {
  if (wanted === 0) return findFreePort();
  if (await isPortFree(wanted)) return wanted;
  throw new Error(
    `Cannot start as port ${wanted} is in use: stop the other program, or choose another port with --port N`,
  );
}

function sayBuilt(line: (text: string) => void): (durationMs: number | undefined) => void {
  return (durationMs) => {
    if (durationMs !== undefined) line(`Built dist in ${formatSeconds(durationMs / 1_000)}`);
  };
}

async function startStorage(folder: DemoFolder, { stops }: DemoParts): Promise<Azurite> {
  const azurite = await startAzurite({ folder: folder.azurite }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message.replace(/; if ".*$/, '') : String(cause);
    throw new Error(`${reason}; if the data in "${folder.folder}" is damaged, add --fresh to start over`, { cause });
  });
  stops.push(azurite.stop);
  await createTables(azurite.connectionString);
  return azurite;
}

interface AppParts extends DemoParts {
  readonly folder: DemoFolder;
  readonly cloud: DemoCloud;
  readonly azurite: Azurite;
  readonly options: StartOptions;
}

async function startApp(
  port: number,
  { root, log, stops, folder, cloud, azurite, options }: AppParts,
): Promise<{ host: ForkedHost; url: string }> {
  const url = `http://localhost:${port}`;
  const settings = buildDemoSettings({
    clientId: cloud.clientId,
    homeTenantId: PARTNER.tenantId,
    simulator: cloud.simulator,
    connectionString: azurite.connectionString,
    publicUrl: url,
    caFile: join(folder.certificates, 'ca.pem'),
    source: options.source,
    tickSeconds: options.every,
  });
  const env = buildHostEnvironment(settings, process.env);
  const host = await forkHost({ root, port, env, log, queues: { hiddenSeconds: HIDDEN_SECONDS } });
  stops.push(() => host.stop());
  await saveDemoSettings(folder.settings, settings, { pid: process.pid, url });
  stops.push(() => rm(folder.settings, { force: true }));
  return { host, url };
}

/** The simulator forgets at its end what its pages were told; the app does not. */
function isOnboarded({ tenantId, consentedAt }: TenantView): boolean {
  return tenantId === NEWCOMER.tenantId && consentedAt !== null;
}

function grantAgain({ simulator: { control } }: DemoCloud): void {
  control.setConsent(NEWCOMER.tenantId, true);
  control.setRoles(NEWCOMER.tenantId, ['Incident.Read.All']);
}

async function registerMissing(api: DemoApi, cloud: DemoCloud, known: readonly TenantView[]): Promise<void> {
  const knownIds = new Set(known.map(({ tenantId }) => tenantId));
  const missing = cloud.tenants.filter(({ tenantId }) => !knownIds.has(tenantId));
  await mapLimited(missing, REGISTRATIONS_AT_ONCE, (tenant) => api.register(tenant));
}

function inventedText({ tenants, simulator }: DemoCloud): string {
  const incidents = tenants.reduce((sum, { tenantId }) => sum + simulator.control.incidentIds(tenantId).length, 0);
  return `Invented ${formatCount(tenants.length, 'customer')} with ${formatCount(incidents, 'incident')}; nothing is stored yet`;
}

function listEndpoints(connectionString: string): string {
  return [...connectionString.matchAll(/(Table|Queue)Endpoint=(http:\/\/[^/;]+)/g)]
    .map(([, , url]) => url)
    .join(' and ');
}

/** As somebody in the project's folder would type it. */
function shorten(root: string, path: string): string {
  const short = relative(root, path);
  return short.startsWith('..') ? path : short;
}

async function watch(host: ForkedHost, azurite: Azurite): Promise<Error> {
  const hostEnd = host.exited.then(({ code, signal }) => {
    const said = host.output().trim().split('\n').at(-1) ?? '';
    return new Error(
      `The local host ended by itself (${signal ?? `exit code ${code ?? ''}`}): ${said || 'it said nothing'}`,
    );
  });
  return Promise.race([hostEnd, azurite.failed]);
}
