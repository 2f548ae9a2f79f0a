import { randomUUID } from 'node:crypto';
import { readOutcomeRow, toCommandMessage, type TenantCommand } from '../domain/commands/tenant-command.ts';
import { addCommand, lifetimeOf, removeCommand } from '../domain/commands/waiting-commands.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import { formatTicks, TICKS_PER_SECOND } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { MessageQueue } from '../ports/message-queue.ts';
import type { Table } from '../ports/table.ts';
import type { TenantControl } from '../ports/tenant-control.ts';
import { changeWaitingCommands } from './keep-waiting-commands.ts';

export interface QueuedControlDeps {
  queue: MessageQueue;
  /** Table `Tenants`, where commands wait. */
  tenants: Table;
  /** Table `CommandOutcomes`, read only. */
  outcomes: Table;
  clock: Clock;
}

type Method = keyof TenantControl;
type Answer<M extends Method> = Awaited<ReturnType<TenantControl[M]>>;

/** A visitor of the consent callback waits for two commands, one after the other, and for 20 s in all. */
const WAIT_MS: Partial<Record<Method, number>> = { acceptConsent: 8_000, prove: 12_000 };
const DEFAULT_WAIT_MS = 20_000;

/** A running app responds within a second or two; one that is scaled to zero needs ten to start. */
const LOOK_EVERY_MS = 400;

/**
 * The port `TenantControl` for an app that may only read incidents and has no client credential: each call goes to the
 * collecting app as a message, and its outcome is awaited in a table. The call is first added to the waiting commands of its
 * tenant, which gives it its order, allows its recall, and marks the commands that it withdraws. A command that takes too long
 * is still carried out until it expires.
 */
export function createQueuedControl(deps: QueuedControlDeps): TenantControl {
  return {
    register: (...args) => ask(deps, 'register', args),
    invite: (...args) => ask(deps, 'invite', args),
    decide: (...args) => ask(deps, 'decide', args),
    stop: (...args) => ask(deps, 'stop', args),
    purge: (...args) => ask(deps, 'purge', args),
    collectNow: (...args) => ask(deps, 'collectNow', args),
    acceptConsent: (...args) => ask(deps, 'acceptConsent', args),
    prove: (...args) => ask(deps, 'prove', args),
    verify: (...args) => ask(deps, 'verify', args),
    identify: (...args) => ask(deps, 'identify', args),
  };
}

async function ask<M extends Method>(
  deps: QueuedControlDeps,
  method: M,
  args: Parameters<TenantControl[M]>,
): Promise<Answer<M>> {
  const { outcomes, clock } = deps;
  const day = new Date(clock.nowMs()).toISOString().slice(0, 10);
  const command: TenantCommand = { id: randomUUID(), day, method, arguments: args };
  const untilMs = clock.monotonicMs() + (WAIT_MS[method] ?? DEFAULT_WAIT_MS);
  const [tenantId] = args;
  await send(deps, tenantId, command);
  do {
    await clock.sleep(LOOK_EVERY_MS);
    const row = await outcomes.get(day, command.id);
    if (row !== undefined) return readAnswer<M>(readOutcomeRow(row.properties));
  } while (clock.monotonicMs() < untilMs);
  throw stillRunning(deps, tenantId, command);
}

async function send({ queue, tenants }: QueuedControlDeps, tenantId: TenantId, command: TenantCommand): Promise<void> {
  await changeWaitingCommands(tenants, tenantId, (waiting, now) => addCommand(waiting, command, now));
  try {
    await queue.send(toCommandMessage(command), {
      lifetimeSeconds: Number(lifetimeOf(command) / TICKS_PER_SECOND),
    });
  } catch (error) {
    // Its sender gets a failure, so no other command of the tenant may take it along.
    await changeWaitingCommands(tenants, tenantId, (waiting) => removeCommand(waiting, command.id));
    throw error;
  }
}

/** The outcome is of the same package's own code at the other end, so its form is not in doubt. */
function readAnswer<M extends Method>(outcome: ReturnType<typeof readOutcomeRow>): Answer<M> {
  if (outcome.kind === 'failed') throw outcome.error;
  return outcome.answer as Answer<M>;
}

function stillRunning({ tenants }: QueuedControlDeps, tenantId: TenantId, command: TenantCommand): AppError {
  const until = formatTicks(tenants.serviceTime() + lifetimeOf(command));
  return new AppError(
    'command-pending',
    `Cannot tell the outcome of "${command.method}" yet as the collecting app has not answered: it is carried out until about ${until}`,
    {
      retryAfterMs: 15_000,
      action: `Look again in a minute. GET /tenants/${tenantId}/commands shows what waits, DELETE /tenants/${tenantId}/commands/${command.id} recalls it`,
    },
  );
}
