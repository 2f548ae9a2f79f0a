import type { FaultPlan } from '../faults/fault-plan.ts';
import type { AppInput } from '../state/directory.ts';
import { isLogMatch, type LogEntry } from '../state/request-log.ts';
import type { Hook, SimulatorControl } from '../state/simulator.ts';
import type { World } from '../state/world.ts';
import { incidentControl } from './incident-control.ts';

/** What of a run the control reads or sets beside the world. */
export interface Run {
  plan: FaultPlan;
  log: LogEntry[];
  beforeRespond: Hook | undefined;
  afterPage: Hook | undefined;
}

export const DEFAULT_RATE_LIMITS = {
  listPerMinute: 50,
  listPerHour: 1_500,
  getPerMinute: 100,
  getPerHour: 1_500,
  graphPerMinute: 150,
  form: 'body-seconds',
} as const;

export const NO_GRAPH_LIMITS = { alertsPerAnswer: Infinity, mostExpandable: Infinity } as const;

export function createControl(world: World, run: Run): SimulatorControl {
  return {
    ...directoryControl(world),
    ...vaultControl(world),
    ...incidentControl(world),
    ...faultControl(run),
    ...settingsControl(world),
    log: () => run.log,
    clearLog() {
      run.log.length = 0;
    },
    countCalls: (match = {}) => run.log.filter((entry) => isLogMatch(entry, match)).length,
  };
}

type DirectoryPart =
  | 'addTenant'
  | 'removeTenant'
  | 'tenants'
  | 'setConsent'
  | 'withdrawConsent'
  | 'setConsentSpread'
  | 'setRoles'
  | 'setLicence'
  | 'revokeTokens'
  | 'addApp'
  | 'removeApp'
  | 'setAppSecrets'
  | 'setAppCertificates'
  | 'addIdentity';

function directoryControl({ directory, liveTokens }: World): Pick<SimulatorControl, DirectoryPart> {
  return {
    addTenant: (tenant) => directory.addTenant(tenant),
    removeTenant(tenantId) {
      directory.removeTenant(tenantId);
    },
    tenants: () => directory.tenants(),
    setConsent(tenantId, isConsented) {
      directory.changeTenant(tenantId, { isConsented });
    },
    withdrawConsent(tenantId, oldTokens) {
      directory.changeTenant(tenantId, { isConsented: false });
      if (oldTokens === 'refused') liveTokens.delete(tenantId.toLowerCase());
    },
    setConsentSpread(tenantId, consentSpread) {
      directory.changeTenant(tenantId, { consentSpread });
    },
    setRoles(tenantId, roles) {
      directory.changeTenant(tenantId, { roles });
    },
    setLicence(tenantId, isLicensed) {
      directory.changeTenant(tenantId, { isLicensed });
    },
    revokeTokens(tenantId) {
      liveTokens.delete(tenantId.toLowerCase());
    },
    addApp(app) {
      directory.apps.set(app.clientId.toLowerCase(), { ...app, clientId: app.clientId.toLowerCase() });
    },
    removeApp(clientId) {
      directory.apps.delete(clientId.toLowerCase());
    },
    setAppSecrets(clientId, secrets) {
      changeApp(directory, clientId, { secrets });
    },
    setAppCertificates(clientId, certificates) {
      changeApp(directory, clientId, { certificates });
    },
    addIdentity(identity) {
      directory.identities.set(identity.clientId.toLowerCase(), {
        ...identity,
        clientId: identity.clientId.toLowerCase(),
      });
    },
  };
}

function changeApp({ apps }: World['directory'], clientId: string, change: Partial<AppInput>): void {
  const app = apps.get(clientId.toLowerCase());
  if (app === undefined) throw new Error(`Cannot change an app that the simulator does not have: ${clientId}`);
  apps.set(app.clientId, { ...app, ...change });
}

function vaultControl({ vault }: World): Pick<SimulatorControl, 'setSecret' | 'removeSecret' | 'setVaultReaders'> {
  return {
    setSecret(name, value, secret) {
      vault.setSecret(name, value, secret);
    },
    removeSecret(name) {
      vault.removeSecret(name);
    },
    setVaultReaders(clientIds) {
      vault.readers = new Set(clientIds.map((clientId) => clientId.toLowerCase()));
    },
  };
}

type FaultPart = 'addFault' | 'removeFault' | 'clearFaults' | 'faults' | 'setBeforeRespond' | 'setAfterPage';

function faultControl(run: Run): Pick<SimulatorControl, FaultPart> {
  return {
    addFault(rule) {
      run.plan.add(rule);
    },
    removeFault(name) {
      run.plan.remove(name);
    },
    clearFaults() {
      run.plan.clear();
    },
    faults: () => run.plan.states(),
    setBeforeRespond(hook) {
      run.beforeRespond = hook;
    },
    setAfterPage(hook) {
      run.afterPage = hook;
    },
  };
}

type SettingsPart =
  | 'setRateLimits'
  | 'resetRateLimits'
  | 'setGraphLimits'
  | 'retireDefender'
  | 'setOrder'
  | 'setClockOffset'
  | 'setTokenLifetime'
  | 'now';

function settingsControl({ settings, limiter, clock }: World): Pick<SimulatorControl, SettingsPart> {
  return {
    setRateLimits(limits) {
      settings.rateLimits = limits === 'off' ? 'off' : { ...DEFAULT_RATE_LIMITS, ...limits };
    },
    resetRateLimits() {
      limiter.reset();
    },
    setGraphLimits(limits) {
      settings.graph = { ...NO_GRAPH_LIMITS, ...limits };
    },
    retireDefender(form) {
      settings.retired = form;
    },
    setOrder(order) {
      settings.order = order;
    },
    setClockOffset(offsetMs) {
      clock.setOffset(offsetMs);
    },
    setTokenLifetime(seconds) {
      settings.tokenLifetimeSeconds = seconds;
    },
    now: () => clock.now(),
  };
}
