import { badCommand, toOutcome, type CommandOutcome, type TenantCommand } from '../domain/commands/tenant-command.ts';
import { SOURCE_CHOICES, type SourceChoice } from '../domain/incidents/incident.ts';
import { readObject } from '../domain/values/read-value.ts';
import { readTenantId, type TenantId } from '../domain/values/tenant-id.ts';
import type { ReceivedConsent, TenantControl } from '../ports/tenant-control.ts';

/** Carries out a command that has a tenant, and says how it ended; it never throws. */
export async function performCommand(control: TenantControl, command: TenantCommand): Promise<CommandOutcome> {
  try {
    const [id, ...rest] = command.arguments;
    const tenantId = readTenantId(id);
    const run = Object.entries(RUNNERS).find(([method]) => method === command.method)?.[1];
    if (tenantId === undefined || run === undefined) throw badCommand('no such method, or no tenant id');
    return { kind: 'answered', answer: await run(control, tenantId, rest) };
  } catch (error) {
    return toOutcome(error);
  }
}

type Runner = (control: TenantControl, tenantId: TenantId, rest: readonly unknown[]) => Promise<unknown>;

/** The portal faces the internet: its messages are checked as carefully as a browser's requests. */
const RUNNERS: Record<keyof TenantControl, Runner> = {
  register: (control, tenantId, [change]) => {
    const { source, paused } = readObject(change) ?? {};
    return control.register(tenantId, {
      ...((isSource(source) || source === null) && { source }),
      ...(typeof paused === 'boolean' && { paused }),
    });
  },
  invite: (control, tenantId, [source]) => control.invite(tenantId, isSource(source) ? source : undefined),
  decide: (control, tenantId, [decision]) => {
    if (decision !== 'approve' && decision !== 'reject') throw badCommand('its decision is unknown');
    return control.decide(tenantId, decision);
  },
  stop: (control, tenantId) => control.stop(tenantId),
  purge: (control, tenantId) => control.purge(tenantId),
  collectNow: (control, tenantId) => control.collectNow(tenantId),
  acceptConsent: (control, tenantId, [consent]) => control.acceptConsent(tenantId, readConsent(consent)),
  prove: (control, tenantId, [timeoutMs]) => control.prove(tenantId, readTimeout(timeoutMs)),
  verify: (control, tenantId) => control.verify(tenantId),
  identify: (control, tenantId) => control.identify(tenantId),
};

const isSource = (value: unknown): value is SourceChoice => SOURCE_CHOICES.some((choice) => choice === value);

/** Longer waits would keep a worker from its other messages. */
const MAX_TIMEOUT_MS = 12_000;

const readTimeout = (value: unknown): number =>
  typeof value === 'number' && value > 0 ? Math.min(value, MAX_TIMEOUT_MS) : 0;

function readConsent(value: unknown): ReceivedConsent {
  const { consentId, isBound, mayRegister, comesBack, source } = readObject(value) ?? {};
  if (typeof consentId !== 'string' || consentId === '') throw badCommand('its consent has no id');
  return {
    consentId,
    isBound: isBound === true,
    mayRegister: mayRegister === true,
    comesBack: comesBack === true,
    source: isSource(source) ? source : undefined,
  };
}
