import fetch from 'node-fetch';
import { createEntraDirectory } from '../adapters/entra/entra-directory.ts';
import { createBoardFiles } from '../adapters/machine/board-files.ts';
import { createHttpGet } from '../adapters/machine/http.ts';
import { keepHeapSmall } from '../adapters/machine/keep-heap-small.ts';
import { systemClock } from '../adapters/machine/system-clock.ts';
import { createAzureTable } from '../adapters/storage/azure-table.ts';
import { createStorageQueue } from '../adapters/storage/storage-queue.ts';
import { createTableClient } from '../adapters/storage/table-client.ts';
import { createOpenTelemetry } from '../adapters/telemetry/open-telemetry.ts';
import type { SliceDeps } from '../collection/collect-slice.ts';
import type { DispatchDeps } from '../collection/dispatch-collection.ts';
import { createQueuedControl } from '../commands/create-queued-control.ts';
import type { CommandDeps } from '../commands/run-tenant-command.ts';
import type { QueueFronts } from '../domain/collection/queue-front.ts';
import type { ConsentSettings } from '../domain/consent/consent-url.ts';
import type { SourceChoice, SourceName } from '../domain/incidents/incident.ts';
import { DEFAULT_CALL_LIMITS } from '../domain/reading/call-budget.ts';
import { createRepeatBudget } from '../domain/reading/repeat-budget.ts';
import { REQUEST_LIMIT_MS } from '../domain/reading/request-limit.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import type { BoardFiles } from '../ports/board-files.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { PeekableQueue } from '../ports/message-queue.ts';
import type { Table } from '../ports/table.ts';
import { NO_TELEMETRY, type Telemetry } from '../ports/telemetry.ts';
import type { TenantControl } from '../ports/tenant-control.ts';
import type { TenantDirectory } from '../ports/tenant-directory.ts';
import { createCoverageReader, type CoverageReader } from '../querying/coverage-reader.ts';
import { createTenantNames, type TenantNames } from '../querying/tenant-names.ts';
import { anyTokens } from '../removal/any-tokens.ts';
import type { CleanUpDeps } from '../removal/clean-up.ts';
import type { PurgeDeps } from '../removal/purge-tenant.ts';
import { readConfig, type Config } from '../settings/config.ts';
import { isOnThisMachine } from '../settings/storage-place.ts';
import { createCredentialReporter } from '../sources/report-credential.ts';
import { createAuditLog, type AuditLog } from '../storing/audit.ts';
import { createTenantControl } from '../tenants/create-tenant-control.ts';
import type { Provider } from '../tenants/prove-consent.ts';
import { createProviders, WITHOUT_CREDENTIAL } from './create-providers.ts';

/** Everything that functions need, wired once a process. */
export interface Services {
  config: Config;
  clock: Clock;
  telemetry: Telemetry;
  incidents: Table;
  tenants: Table;
  audit: AuditLog;
  names: TenantNames;
  coverage: CoverageReader;
  control: TenantControl;
  boardFiles: BoardFiles;
  /** For the collecting side of a portal's commands, all but the log of the invocation. */
  commandDeps: Omit<CommandDeps, 'log'>;
  /** Table `ConsentRequests`. */
  requests: Table;
  directory: TenantDirectory;
  consent: ConsentSettings;
  defaultSource: SourceChoice;
  /** How long a visitor of the consent callback waits while Entra spreads the consent. */
  timeoutMs: number;
  dispatchSettings: DispatchDeps['settings'];
  /** Where slices wait for workers. */
  sliceQueues: Record<keyof QueueFronts, PeekableQueue>;
  /** All that a worker needs but the log of its invocation. */
  collectDeps: Omit<SliceDeps, 'log'>;
  /** For a worker, after its slice; nothing for an app without a client credential. */
  reportCredential(log: Log): Promise<void>;
  /** All that erasing needs, by age or by order, but the log of its invocation. */
  purgeDeps: Omit<PurgeDeps & CleanUpDeps, 'log'>;
  onChanged(tenantId: TenantId): void;
}

let services: Services | undefined;

/** The services of this process. The first call reads the settings and throws `bad-settings` when they are wrong. */
export function getServices(): Services {
  services ??= createServices(readConfig(process.env));
  return services;
}

/** Wires the services; nothing is sent until one is used. */
export function createServices(config: Config, clock: Clock = systemClock): Services {
  keepHeapSmall();
  const createsTable = isOnThisMachine(config.storage, 'table');
  const openTable = (name: string): Table =>
    createAzureTable(createTableClient(config.storage, name), clock, { createsTable });
  const [incidents, tenants] = [openTable('Incidents'), openTable('Tenants')];
  const [audit, requests] = [createAuditLog(openTable('Audit')), openTable('ConsentRequests')];
  const names = createTenantNames(tenants, clock);
  const coverage = createCoverageReader(incidents, names, config.collection, clock);
  const { credential, organizations, ...providers } = createProviders(config, clock);
  const controlOn = (table: Table): TenantControl =>
    createTenantControl({ incidents: table, clock, providers, organizations, defaultSource: config.incidentSource });
  const telemetry = config.telemetry === undefined ? NO_TELEMETRY : createOpenTelemetry();
  const outcomes = openTable('CommandOutcomes');
  const sliceQueues = {
    tenants: createStorageQueue(config.storage, 'collect-tenants'),
    slowTenants: createStorageQueue(config.storage, 'collect-slow-tenants'),
  };
  const commands = createStorageQueue(config.storage, 'tenant-commands');
  return {
    config,
    clock,
    telemetry,
    incidents,
    tenants,
    audit,
    names,
    coverage,
    control:
      config.role === 'portal'
        ? createQueuedControl({ queue: commands, tenants, outcomes, clock })
        : controlOn(incidents),
    commandDeps: { controlOn, incidents, tenants, outcomes, clock },
    requests,
    directory: createEntraDirectory(config.authorityHost, createHttpGet({ fetch, clock })),
    consent: toConsentSettings(config),
    defaultSource: config.incidentSource,
    timeoutMs: config.role === 'portal' ? PORTAL_TIMEOUT_MS : CONSENT_TIMEOUT_MS,
    boardFiles: createBoardFiles(),
    sliceQueues,
    dispatchSettings: {
      ...dueSettings(config),
      callLimits: DEFAULT_CALL_LIMITS,
      defaultSource: config.incidentSource,
    },
    collectDeps: createCollectDeps(config, incidents, { clock, telemetry, providers }),
    reportCredential:
      credential === undefined
        ? () => Promise.resolve()
        : createCredentialReporter({ credential, table: incidents, clock }),
    purgeDeps: {
      outcomes,
      retentionDays: config.collection.retentionDays,
      incidents,
      tenants,
      consentRequests: requests,
      audit,
      clock,
      tokens: anyTokens([providers.defender, providers.graph].flatMap((provider) => provider?.tokens ?? [])),
      budgetMs: SLICE_BUDGET_MS,
      endMs: RUN_END_MS,
    },
    onChanged: (tenantId) => {
      names.forget(tenantId);
      coverage.forget(tenantId);
    },
  };
}

/** Below `functionTimeout` of host.json by more than the longest request. */
const SLICE_BUDGET_MS = 420_000;

/** A minute before `functionTimeout` of host.json. */
const RUN_END_MS = 540_000;

/** About a minute's calls. */
const CALLS_PER_RUN = 40;

/**
 * No second call after one that hung, so that a slice of tenants that all hang for the first time ends within an interval: the
 * rest goes to the queue of slow tenants.
 */
const TURN = { turnMs: REQUEST_LIMIT_MS + 25_000, failingTurnMs: REQUEST_LIMIT_MS + 15_000 };

interface CollectParts {
  clock: Clock;
  telemetry: Telemetry;
  providers: Readonly<Record<SourceName, Provider | undefined>>;
}

function createCollectDeps(
  config: Config,
  table: Table,
  { clock, telemetry, providers }: CollectParts,
): Omit<SliceDeps, 'log'> {
  return {
    table,
    clock,
    telemetry,
    sources: {
      defender: providers.defender?.incidents ?? WITHOUT_CREDENTIAL,
      graph: providers.graph?.incidents ?? WITHOUT_CREDENTIAL,
    },
    settings: {
      ...dueSettings(config),
      defaultSource: config.incidentSource,
      callLimits: DEFAULT_CALL_LIMITS,
      callsPerRun: CALLS_PER_RUN,
      ...TURN,
    },
    repeats: createRepeatBudget(),
    random: Math.random,
    tenantConcurrency: config.collection.tenantConcurrency,
    sliceBudgetMs: SLICE_BUDGET_MS,
  };
}

/** A schedule that rests at night has long gaps; a tenant is due again after the shortest. */
function dueSettings({ collection }: Config): Config['collection'] & { longestIntervalSeconds: number } {
  const { intervalSeconds, shortestIntervalSeconds } = collection;
  return { ...collection, intervalSeconds: shortestIntervalSeconds, longestIntervalSeconds: intervalSeconds };
}

/** Longer than most consents take to spread, shorter than a visitor's patience and the platform's limit for a response. */
const CONSENT_TIMEOUT_MS = 12_000;
/** The collecting app may have to wake up first. */
const PORTAL_TIMEOUT_MS = 6_000;

function toConsentSettings({ partner, authorityHost, publicUrl, defender, graph }: Config): ConsentSettings {
  const scopes = { defender: defender.scope, graph: graph.scope };
  return { clientIds: partner.clientIds, authorityHost, publicUrl, scopes };
}
