import { ClientSecretCredential } from '@azure/identity';
import fetch from 'node-fetch';
import { createKeyVaultCredential } from '../../../shared/adapters/credential/key-vault.ts';
import { createEntraTokens } from '../../../shared/adapters/entra/entra-tokens.ts';
import { createGraphSource } from '../../../shared/adapters/graph/graph-source.ts';
import { createHttpGet, type StartTimer } from '../../../shared/adapters/machine/http.ts';
import { createDefenderSource } from '../../../shared/adapters/sources/defender.ts';
import { collectSlice, type SliceDeps } from '../../../shared/collection/collect-slice.ts';
import { dispatchCollection } from '../../../shared/collection/dispatch-collection.ts';
import { readSliceMessage, type SliceMessage } from '../../../shared/domain/collection/slice.ts';
import { CLOUDS, DEFENDER_APP_ID, GRAPH_APP_ID } from '../../../shared/domain/entra/clouds.ts';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import { DEFAULT_CALL_LIMITS } from '../../../shared/domain/reading/call-budget.ts';
import { createRepeatBudget } from '../../../shared/domain/reading/repeat-budget.ts';
import type { TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import type { CollectSettings } from '../../../shared/polling/collect-settings.ts';
import type { AppCredential, CredentialSource } from '../../../shared/ports/app-credential.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { IncidentSource } from '../../../shared/ports/incident-source.ts';
import type { Log } from '../../../shared/ports/log.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { NO_TELEMETRY } from '../../../shared/ports/telemetry.ts';
import { createAppCredential } from '../../../shared/sources/app-credential.ts';
import type { Provider } from '../../../shared/tenants/prove-consent.ts';
import { NO_MESSAGES } from '../../helpers/no-messages.ts';
import { defaultSource } from './default-source.ts';
import { isComplete, recordPoll } from './poll-record.ts';
import { APP, HOME, SECRET, SECRET_NAME, VAULT_READER, type World } from './scenario-cloud.ts';
import type { StoragePolicy } from './scenario-table.ts';

export const INTERVAL_MS = 300_000;

export interface CollectorOptions extends Partial<CollectSettings> {
  /** Its clock, if it is not the right one. */
  clock?: Clock;
  policies?: readonly StoragePolicy[];
  /** For scenarios with a broken part. */
  wrapTable?(table: Table): Table;
  wrapSource?(source: IncidentSource, name: SourceName): IncidentSource;
  wrapCredential?(source: CredentialSource): CredentialSource;
  maxBodyBytes?: number;
  timeoutMs?: number;
  startTimer?: StartTimer;
}

export interface LogLine {
  level: string;
  message: string;
  fields: Record<string, string | number | boolean | null>;
}

/** The collecting side as one process has it: own connections, own tokens, own clients. */
export interface Collector {
  deps: SliceDeps;
  credential: AppCredential;
  log: readonly LogLine[];
  /** Storage requests of the worker, dispatch not included. */
  requests(): number;
  dispatchRequests(): number;
  /** One tick: answers what goes on the queue. */
  dispatch(): Promise<SliceMessage[]>;
  /** Works on one message and on those that it sends on. */
  deliver(message: SliceMessage, deliveries?: number): Promise<void>;
  /** The next tick and all that follows from it. */
  poll(): Promise<TenantState>;
  /** Polls until everything is read, and once more, so that what changed meanwhile is read too. */
  pollUntilComplete(): Promise<TenantState>;
}

const MOST_POLLS = 100;

export function createCollector(world: World, options: CollectorOptions = {}): Collector {
  const { time } = world;
  const {
    clock = time,
    policies,
    wrapTable,
    wrapSource,
    wrapCredential,
    maxBodyBytes,
    timeoutMs,
    startTimer,
    ...settings
  } = options;
  const log: LogLine[] = [];
  const keepLine: Log = (level, message, fields = {}) => log.push({ level, message, fields });
  const worker = world.openIncidents(clock, policies);
  const dispatcher = world.openIncidents(clock);
  const credential = openCredential(world, clock, wrapCredential);
  const openSource = (name: SourceName): IncidentSource => {
    const { incidents } = createProvider(world, clock, { maxBodyBytes, timeoutMs, startTimer }, credential, name);
    return wrapSource?.(incidents, name) ?? incidents;
  };
  const deps: SliceDeps = {
    table: wrapTable?.(worker.table) ?? worker.table,
    clock,
    log: keepLine,
    telemetry: NO_TELEMETRY,
    sources: { defender: openSource('defender'), graph: openSource('graph') },
    settings: { ...SETTINGS, defaultSource: defaultSource(), ...settings },
    repeats: createRepeatBudget(),
    random: () => 0.5,
    tenantConcurrency: 8,
    sliceBudgetMs: 420_000,
  };

  const collector: Collector = {
    deps,
    credential,
    log,
    requests: worker.requests,
    dispatchRequests: dispatcher.requests,
    dispatch: async () => {
      const { telemetry, tenantConcurrency } = deps;
      const longestIntervalSeconds = INTERVAL_MS / 1_000;
      const settings = { ...deps.settings, sliceSize: 25, tenantConcurrency, longestIntervalSeconds };
      const parts = { table: dispatcher.table, log: keepLine, telemetry, settings, queues: NO_MESSAGES };
      const { slices, slowSlices } = await dispatchCollection(parts);
      return [...slices, ...slowSlices];
    },
    deliver: async (message, deliveries = 1) => {
      // Through JSON, as the queue has it.
      const slice = readSliceMessage(JSON.parse(JSON.stringify(message)));
      for (const { message: rest, delaySeconds } of await collectSlice(deps, slice, deliveries)) {
        time.advance(delaySeconds * 1_000);
        await collector.deliver(rest);
      }
    },
    poll: async () => {
      time.advanceTo(world.lastTickMs + INTERVAL_MS);
      world.lastTickMs = time.nowMs();
      return recordPoll(world, async () => {
        for (const message of await collector.dispatch()) await collector.deliver(message);
      });
    },
    pollUntilComplete: async () => {
      for (let polls = 1; polls <= MOST_POLLS; polls += 1)
        if (isComplete(await collector.poll())) return collector.poll();
      throw new Error(`The tenant is not complete after ${MOST_POLLS} polls`);
    },
  };
  return collector;
}

const SETTINGS: Omit<CollectSettings, 'defaultSource'> = {
  initialLookbackDays: 30,
  overlapMinutes: 30,
  intervalSeconds: INTERVAL_MS / 1_000,
  quietIntervalMinutes: 5,
  callLimits: DEFAULT_CALL_LIMITS,
  callsPerRun: 40,
  turnMs: 55_000,
  failingTurnMs: 45_000,
  reconcileDays: 7,
};

/** How often a poll of this collector ended so, over all its slices. */
export function countOutcomes({ log }: Collector, outcome: 'taken' | 'skipped'): number {
  return log.reduce((sum, { message, fields }) => sum + (message === 'slice' ? Number(fields[outcome]) : 0), 0);
}

interface SourceLimits {
  maxBodyBytes?: number | undefined;
  timeoutMs?: number | undefined;
  startTimer?: StartTimer | undefined;
}

function openCredential(
  { cloud: { simulator } }: World,
  clock: Clock,
  wrapCredential: CollectorOptions['wrapCredential'] = (source) => source,
): AppCredential {
  const source = createKeyVaultCredential({
    vaultUrl: simulator.vaultUrl,
    secretName: SECRET_NAME,
    // The SDK's credentials count by the real clock: a new one for each token is never older than the scenario's.
    credential: { getToken: (scopes) => vaultCredential(simulator.url).getToken(scopes) },
    verifyChallenge: false,
    clock,
  });
  return createAppCredential({ source: wrapCredential(source), clock, probeEveryMs: INTERVAL_MS / 2 });
}

const SOURCES = {
  defender: {
    scope: CLOUDS.global.defenderScope,
    appId: DEFENDER_APP_ID,
    requiredRole: 'Incident.Read.All',
    createSource: createDefenderSource,
  },
  graph: {
    scope: CLOUDS.global.graphScope,
    appId: GRAPH_APP_ID,
    requiredRole: 'SecurityIncident.Read.All',
    createSource: createGraphSource,
  },
} as const;

/** What one process reads tenants with, from one source. */
export function createProvider(
  world: World,
  clock: Clock,
  { maxBodyBytes, timeoutMs, startTimer }: SourceLimits = {},
  credential = openCredential(world, clock),
  name: SourceName = 'defender',
): Provider {
  const { simulator } = world.cloud;
  const { scope, appId, requiredRole, createSource } = SOURCES[name];
  const tokens = createEntraTokens({
    authorityHost: simulator.url,
    clientId: APP,
    scope,
    audiences: [scope.replace(/\/\.default$/, ''), appId],
    requiredRole,
    disableInstanceDiscovery: true,
    credential,
    clock,
  });
  const incidents = createSource({
    baseUrl: simulator.url,
    portalUrl: CLOUDS.global.portalUrl,
    tokens,
    http: createHttpGet({
      fetch,
      clock,
      ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(startTimer === undefined ? {} : { startTimer }),
    }),
    clock,
  });
  return { tokens, incidents };
}

function vaultCredential(authorityHost: string): ClientSecretCredential {
  return new ClientSecretCredential(HOME, VAULT_READER, SECRET, { authorityHost, disableInstanceDiscovery: true });
}
