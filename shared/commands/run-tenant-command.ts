import { randomUUID } from 'node:crypto';
import {
  badCommand,
  readCommandMessage,
  toOutcome,
  type CommandOutcome,
  type TenantCommand,
} from '../domain/commands/tenant-command.ts';
import {
  addCommand,
  claimFirst,
  isClaimed,
  refuseCommand,
  removeCommand,
  type WaitingCommand,
} from '../domain/commands/waiting-commands.ts';
import { readTenantId, type TenantId } from '../domain/values/tenant-id.ts';
import { minTicks, readTicks, TICKS_PER_DAY, type Ticks } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';
import type { TenantControl } from '../ports/tenant-control.ts';
import { changeWaitingCommands, getWaitingCommands, guardTable } from './keep-waiting-commands.ts';
import { performCommand } from './perform-command.ts';
import { saveOutcome } from './save-outcome.ts';

export interface CommandDeps {
  /** The control that changes tenants through this table. */
  controlOn(incidents: Table): TenantControl;
  incidents: Table;
  /** Table `Tenants`, where commands wait. */
  tenants: Table;
  /** Table `CommandOutcomes`. */
  outcomes: Table;
  clock: Clock;
  log: Log;
}

/** Below `functionTimeout`. Another worker that carries out the tenant's commands for this long does this one as well. */
const TIMEOUT_MS = 300_000;
const LOOK_EVERY_MS = 500;

/**
 * Carries out all that waits for the tenant of the command that a message of the portal names, one after the other in the
 * order of their sending, whatever the order of messages and however many workers there are. What expired or was taken back is
 * not carried out. How each ended is written down; a message that comes twice is carried out once, or twice when a crash took
 * the first outcome with it: every command may be repeated.
 */
export async function runTenantCommand(deps: CommandDeps, message: unknown, insertedAt?: Ticks): Promise<void> {
  const { outcomes, tenants, clock } = deps;
  const { command, isListed } = readCommandMessage(message);
  const isDone = async (): Promise<boolean> => (await outcomes.get(command.day, command.id)) !== undefined;
  const tenantId = readTenantId(command.arguments[0]);
  if (tenantId === undefined) return end(deps, command, toOutcome(badCommand('it has no tenant id')));
  if (!isListed && !(await isDone()))
    await changeWaitingCommands(tenants, tenantId, (waiting, now) =>
      addCommand(waiting, command, now, minTicks(insertedAt ?? endOfDay(command), now)),
    );
  const untilMs = clock.monotonicMs() + TIMEOUT_MS;
  while (!(await carryOutWaiting(deps, tenantId))) {
    if ((await isDone()) || clock.monotonicMs() > untilMs) return;
    await clock.sleep(LOOK_EVERY_MS);
  }
  if (!(await isDone())) await end(deps, command, toOutcome(goneError(command)));
}

/** The latest time at which a message of version 1 was sent that came without the time of its insertion. */
const endOfDay = ({ day }: TenantCommand): Ticks => (readTicks(`${day}T00:00:00Z`) ?? 0n) + TICKS_PER_DAY;

/** A command that is no longer listed and has no outcome. The portal drops what expired, too, when it lists another. */
function goneError({ method }: TenantCommand): AppError {
  return new AppError('command-recalled', `Cannot carry out "${method}": it was recalled, or expired`);
}

/** True when nothing waits for the tenant any more; false when another worker is at it. */
async function carryOutWaiting(deps: CommandDeps, tenantId: TenantId): Promise<boolean> {
  const claimId = randomUUID();
  for (;;) {
    const waiting = await changeWaitingCommands(deps.tenants, tenantId, (present, now) =>
      claimFirst(present, claimId, now),
    );
    const [first] = waiting.commands;
    if (first === undefined) return true;
    if (waiting.claim?.id !== claimId) return false;
    await carryOutFirst(deps, tenantId, first, claimId);
  }
}

/** Carries out the first command, or only takes it off the list: a crash may have come between its outcome and that. */
async function carryOutFirst(
  deps: CommandDeps,
  tenantId: TenantId,
  command: WaitingCommand,
  claimId: string,
): Promise<void> {
  const { tenants, outcomes, controlOn, incidents } = deps;
  if ((await outcomes.get(command.day, command.id)) === undefined) {
    const refusal = refuseCommand(command, tenants.serviceTime());
    const guarded = guardTable(incidents, () => isStillOurs(tenants, tenantId, claimId));
    const outcome = refusal === undefined ? await performCommand(controlOn(guarded), command) : toOutcome(refusal);
    if (outcome.kind === 'failed' && outcome.error.code === 'command-taken') return;
    await end(deps, command, outcome);
  }
  await changeWaitingCommands(tenants, tenantId, (present) => removeCommand(present, command.id));
}

async function isStillOurs(tenants: Table, tenantId: TenantId, claimId: string): Promise<boolean> {
  const waiting = await getWaitingCommands(tenants, tenantId);
  const now = tenants.serviceTime();
  const [first] = waiting.commands;
  if (first === undefined || waiting.claim?.id !== claimId) return false;
  return isClaimed(waiting, now) && refuseCommand(first, now) === undefined;
}

async function end(
  { outcomes, log }: Pick<CommandDeps, 'outcomes' | 'log'>,
  command: TenantCommand,
  outcome: CommandOutcome,
): Promise<void> {
  const code = outcome.kind === 'failed' ? outcome.error.code : null;
  log(code === 'internal-error' ? 'error' : 'info', 'tenant_command', { method: command.method, code });
  await saveOutcome(outcomes, command, outcome);
}
