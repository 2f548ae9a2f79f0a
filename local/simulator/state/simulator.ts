import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import type { LocalCertificates } from '../../services/certificates.ts';
import type { TimeInput } from '../basics/time-input.ts';
import type { SimulatedRequest } from '../http/simulated-request.ts';
import type { AppInput, AppSecret, ConsentSpread, IdentityInput, Tenant, TenantInput } from './directory.ts';
import type { FaultRule, FaultRuleState, ThrottleForm } from './fault.ts';
import type { RawShape } from './incident-json.ts';
import type { LogEntry, LogMatch } from './request-log.ts';
import type { ListOrder } from './select-incidents.ts';
import type { AlertInput, IncidentFields } from './wire-incident.ts';

export interface IncidentInput extends Partial<IncidentFields>, RawShape {
  /** Digits, also beyond 2^53. Default: the tenant's next number. */
  incidentId?: string;
  createdTime?: TimeInput;
  /** Default: `createdTime`, else now. */
  lastUpdateTime?: TimeInput;
  /** When it can be read first (simulator's clock), whatever its times say. Default: at once. */
  visibleAt?: TimeInput;
  /** Default: one plain alert. */
  alerts?: readonly AlertInput[];
}

export interface IncidentChange extends Partial<IncidentFields>, RawShape {
  createdTime?: TimeInput;
  /** Default now. */
  lastUpdateTime?: TimeInput;
  /** Other content under the same `lastUpdateTime`: two edits within one instant. */
  keepsUpdateTime?: boolean;
  visibleAt?: TimeInput;
  /** Replaces all alerts. */
  alerts?: readonly AlertInput[];
  addAlerts?: readonly AlertInput[];
  addComments?: IncidentFields['comments'];
}

export interface TruthVersion {
  incidentId: string;
  createdTime: Ticks;
  lastUpdateTime: Ticks;
  visibleAt: Ticks;
  /** False: never served, because it is not due yet or a later version became visible first. */
  wasShown: boolean;
  supersededAt: Ticks | undefined;
  json: string;
}

/** What a complete collector knows now. */
export interface Truth {
  /** By incident id: the version that is served now. */
  incidents: ReadonlyMap<string, TruthVersion>;
  /** Every version ever written, in the order of writing. */
  versions: readonly TruthVersion[];
}

export interface SecretInput {
  expiresAt?: TimeInput;
  isEnabled?: boolean;
  contentType?: string;
}

export interface RateLimits {
  listPerMinute: number;
  listPerHour: number;
  getPerMinute: number;
  getPerHour: number;
  /** All of Graph's security API. */
  graphPerMinute: number;
  /** Of the Defender API; Graph says it in `Retry-After`. */
  form: ThrottleForm;
}

/** What Graph's answers can hold; nothing public says, so that scenarios do. */
export interface GraphLimits {
  /** Alerts of one incident in one answer; the rest is behind a link. */
  alertsPerAnswer: number;
  /** An answer with an incident of more alerts fails when they are expanded. */
  mostExpandable: number;
}

export type Hook = (request: SimulatedRequest, control: SimulatorControl) => void | Promise<void>;

export const RETIRED_FORMS = ['not-found', 'gone', 'bad-request', 'forbidden', 'page', 'empty'] as const;
/** How an API that was withdrawn may answer. */
export type RetiredForm = (typeof RETIRED_FORMS)[number];

export interface SimulatorControl {
  addTenant(tenant: TenantInput): Tenant;
  removeTenant(tenantId: string): void;
  tenants(): Tenant[];
  setConsent(tenantId: string, isConsented: boolean): void;
  /**
   * The customer removes the app. Entra gives no token any more; the API honours those that are out until they end, or refuses
   * them at once.
   */
  withdrawConsent(tenantId: string, oldTokens: 'honoured' | 'refused'): void;
  setConsentSpread(tenantId: string, spread: ConsentSpread): void;
  setRoles(tenantId: string, roles: readonly string[]): void;
  setLicence(tenantId: string, isLicensed: boolean): void;
  /** Tokens of this tenant that were issued up to now are answered with 401. */
  revokeTokens(tenantId: string): void;
  addApp(app: AppInput): void;
  removeApp(clientId: string): void;
  /** Replaces the app's secrets; a rotation gives two for a while. */
  setAppSecrets(clientId: string, secrets: readonly AppSecret[]): void;
  /** Replaces the certificates (PEM) whose keys may sign for the app. */
  setAppCertificates(clientId: string, certificates: readonly string[]): void;
  addIdentity(identity: IdentityInput): void;

  /** A new version of a vault secret. */
  setSecret(name: string, value: string, secret?: SecretInput): void;
  removeSecret(name: string): void;
  /** Apps and identities (client ids) that may read the vault. */
  setVaultReaders(clientIds: readonly string[]): void;

  addIncident(tenantId: string, incident?: IncidentInput): TruthVersion;
  updateIncident(tenantId: string, incidentId: string, change?: IncidentChange): TruthVersion;
  /** Merges the first into the second: its alerts move there, and it says `Redirected`. */
  redirectIncident(
    tenantId: string,
    incidentId: string,
    targetId: string,
  ): { source: TruthVersion; target: TruthVersion };
  /** Gone at the source, as if it never was. */
  removeIncident(tenantId: string, incidentId: string): void;
  truth(tenantId: string): Truth;
  /** Ids of what is served now, oldest update first. */
  incidentIds(tenantId: string): string[];
  /** What is served for this id now. */
  incident(tenantId: string, incidentId: string): TruthVersion | undefined;

  addFault(rule: FaultRule): void;
  removeFault(name: string): void;
  clearFaults(): void;
  faults(): FaultRuleState[];
  /** Called when a request was understood, before its answer is made. */
  setBeforeRespond(hook: Hook | undefined): void;
  /** Called when the answer is made and not sent yet: what changes here shows in the next answer. */
  setAfterPage(hook: Hook | undefined): void;

  setRateLimits(limits: Partial<RateLimits> | 'off'): void;
  resetRateLimits(): void;
  /** What is left out has no limit. */
  setGraphLimits(limits: Partial<GraphLimits>): void;
  /** The Defender API answers like this from now on; `undefined`: as ever. */
  retireDefender(form: RetiredForm | undefined): void;
  setOrder(order: ListOrder): void;
  /** Simulator's clock minus this machine's. */
  setClockOffset(offsetMs: number): void;
  setTokenLifetime(seconds: number): void;
  now(): Ticks;

  log(): readonly LogEntry[];
  clearLog(): void;
  countCalls(match?: LogMatch): number;
}

export interface SimulatorOptions {
  /** Default 127.0.0.1; anything else makes invented incidents and working tokens reachable from outside. */
  host?: string;
  /** 0 (default): any free port. */
  port?: number;
  /** Default 0. Plain http, as App Service has it. */
  identityPort?: number;
  /** Default: made for this run. */
  certificates?: LocalCertificates;
  seed?: number;
  order?: ListOrder;
  rateLimits?: Partial<RateLimits> | 'off';
  /** Default 3599, as Entra. */
  tokenLifetimeSeconds?: number;
  tokenVersion?: '1.0' | '2.0';
  clockOffsetMs?: number;
  /** Milliseconds since 1970. Default `Date.now`. */
  nowMs?: () => number;
  beforeRespond?: Hook;
  afterPage?: Hook;
}

export interface Simulator {
  /** Entra's authority host and Defender's base: all roles share one origin. */
  url: string;
  vaultUrl: string;
  /** `IDENTITY_ENDPOINT` and `IDENTITY_HEADER` of App Service. */
  identityEndpoint: string;
  identityHeader: string;
  /** Clients must trust this, see `trustLocalCa`. */
  caPem: string;
  control: SimulatorControl;
  close(): Promise<void>;
}
