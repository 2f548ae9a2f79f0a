import { AppError } from '../../errors.ts';
import { ROW_VERSION } from '../rows/incident-rows.ts';
import { readObject, readObjects, readText } from '../values/read-value.ts';
import type { RowProperties } from '../values/table-row.ts';
import { formatTicks, readTicks, TICKS_PER_MINUTE, TICKS_PER_SECOND, type Ticks } from '../values/ticks.ts';
import { readCommand, type TenantCommand } from './tenant-command.ts';

/** A command that was not carried out yet. */
export interface WaitingCommand extends TenantCommand {
  /** Storage service's clock. */
  sentAt: Ticks;
  /** A worker that begins it later does not carry it out. */
  expiresAt: Ticks;
  /** A later command has taken it back. It stays so, whatever becomes of that one. */
  isTakenBack: boolean;
  /** How often a worker has begun with it. */
  attempts: number;
}

/** The commands of one tenant in the order of their sending, and the worker of the first one. */
export interface WaitingCommands {
  commands: readonly WaitingCommand[];
  claim: { id: string; until: Ticks } | undefined;
}

export const NO_COMMANDS: WaitingCommands = { commands: [], claim: undefined };

/** Partition of the table `Tenants` with one row for each tenant that has waiting commands; the row key is its id. */
export const WAITING_PARTITION = 'commands';

/** A command that erases or drops data expires before its sender has turned to other work. */
const DESTRUCTIVE_LIFETIME = 5n * TICKS_PER_MINUTE;
/** Useful only to a caller that waits for the response, 20 s at most. */
const AWAITED_LIFETIME = 60n * TICKS_PER_SECOND;
const LIFETIME = 24n * 60n * TICKS_PER_MINUTE;
const AWAITED: readonly string[] = ['verify', 'identify', 'prove'];

/** How long after its sending a command may be carried out. */
export function lifetimeOf({ method, arguments: [, given] }: TenantCommand): Ticks {
  if (method === 'purge' || (method === 'decide' && given === 'reject')) return DESTRUCTIVE_LIFETIME;
  return AWAITED.includes(method) ? AWAITED_LIFETIME : LIFETIME;
}

/** More would not fit into one text of a row; a running app never has this many. */
const MAX_COMMANDS = 50;

/**
 * Adds a command behind all that were sent before it; the same one again changes nothing. The commands that it withdraws are
 * marked now, so that they are never carried out, in whatever order and however late messages arrive. Expired ones are removed.
 */
export function addCommand(
  waiting: WaitingCommands,
  command: TenantCommand,
  now: Ticks,
  sentAt: Ticks = now,
): WaitingCommands {
  if (waiting.commands.some(({ id }) => id === command.id)) return waiting;
  const isFirstTaken = isClaimed(waiting, now);
  const kept = dropExpired(waiting, now).commands;
  const added = { ...command, sentAt, expiresAt: sentAt + lifetimeOf(command), isTakenBack: false, attempts: 0 };
  // A message from before messages had a time is inserted in between, but never before a command that is being carried out.
  const place = kept.findIndex((each, index) => each.sentAt > sentAt && (index > 0 || !isFirstTaken));
  const ordered = place === -1 ? [...kept, added] : [...kept.slice(0, place), added, ...kept.slice(place)];
  if (ordered.length > MAX_COMMANDS) throw tooMany(command);
  const commands = ordered.map((each, index) => ({
    ...each,
    isTakenBack: each.isTakenBack || ordered.slice(index + 1).some((later) => takesBack(later, each)),
  }));
  return { ...waiting, commands };
}

/** Without commands that will never be carried out, except one that a worker has begun; `waiting` itself if there are none. */
export function dropExpired(waiting: WaitingCommands, now: Ticks): WaitingCommands {
  const isFirstTaken = isClaimed(waiting, now);
  const commands = waiting.commands.filter(({ expiresAt }, index) => expiresAt > now || (index === 0 && isFirstTaken));
  if (commands.length === waiting.commands.length) return waiting;
  return { commands, claim: isFirstTaken ? waiting.claim : undefined };
}

function takesBack(later: TenantCommand, earlier: TenantCommand): boolean {
  if (earlier.method === 'decide') return later.method === 'decide';
  const isStarted = later.method === 'register' && readObject(later.arguments[1])?.['paused'] === false;
  return earlier.method === 'purge' && isStarted;
}

/** Gives up the claim too, if it was the first. */
export function removeCommand(waiting: WaitingCommands, commandId: string): WaitingCommands {
  const { commands, claim } = waiting;
  const index = commands.findIndex(({ id }) => id === commandId);
  if (index === -1) return waiting;
  return { commands: commands.filter(({ id }) => id !== commandId), claim: index === 0 ? undefined : claim };
}

export function isClaimed({ claim }: WaitingCommands, now: Ticks): boolean {
  return claim !== undefined && claim.until > now;
}

/** Longer than any command takes with all its retries; after that the next worker begins the command of a dead one. */
const CLAIM = 120n * TICKS_PER_SECOND;

/** The same commands with the first one claimed; `waiting` itself when there is none, or somebody is at it already. */
export function claimFirst(waiting: WaitingCommands, claimId: string, now: Ticks): WaitingCommands {
  const [first, ...later] = waiting.commands;
  if (first === undefined || isClaimed(waiting, now)) return waiting;
  const commands = [{ ...first, attempts: first.attempts + 1 }, ...later];
  return { commands, claim: { id: claimId, until: now + CLAIM } };
}

/** A command that ended its worker so often is given up, so that those behind it are carried out. */
const MAX_ATTEMPTS = 3;

/** Why a command may not be carried out now; `undefined` when it may. */
export function refuseCommand(command: WaitingCommand, now: Ticks): AppError | undefined {
  const { method, sentAt, expiresAt, isTakenBack, attempts } = command;
  if (isTakenBack)
    return new AppError(
      'command-superseded',
      `Cannot carry out "${method}" of ${formatTicks(sentAt)}: a later command took it back`,
    );
  if (expiresAt <= now)
    return new AppError(
      'command-expired',
      `Cannot carry out "${method}" as it was good until ${formatTicks(expiresAt)}: nobody took it up by then`,
    );
  if (attempts <= MAX_ATTEMPTS) return undefined;
  return new AppError(
    'internal-error',
    `Cannot carry out "${method}": ${MAX_ATTEMPTS} workers ended without an answer`,
  );
}

function tooMany({ method }: TenantCommand): AppError {
  return new AppError(
    'too-many-commands',
    `Cannot send "${method}" as at most ${MAX_COMMANDS} commands of a tenant may wait for the collecting app`,
  );
}

export function toWaitingRow({ commands, claim }: WaitingCommands): RowProperties {
  // How long a command lasts is the reader's to say.
  const texts = commands.map(({ expiresAt: _, ...command }) => ({ ...command, sentAt: formatTicks(command.sentAt) }));
  return {
    v: ROW_VERSION,
    commands: JSON.stringify(texts),
    ...(claim !== undefined && { claimId: claim.id, claimedUntil: formatTicks(claim.until) }),
  };
}

/** Reads a row that `toWaitingRow` made. The portal writes it too, so what is in it is read as carefully as a message. */
export function readWaitingRow(row: RowProperties): WaitingCommands {
  const [claimId, claimedUntil] = [readText(row['claimId']), readTicks(row['claimedUntil'])];
  return {
    commands: readObjects(JSON.parse(readText(row['commands']) ?? '[]')).flatMap((fields) => {
      const command = readCommand(fields);
      const sentAt = readTicks(fields['sentAt']);
      if (command === undefined || sentAt === undefined) return [];
      const [isTakenBack, attempts] = [fields['isTakenBack'] === true, Number(fields['attempts'])];
      return [{ ...command, sentAt, expiresAt: sentAt + lifetimeOf(command), isTakenBack, attempts }];
    }),
    claim: claimId === null || claimedUntil === undefined ? undefined : { id: claimId, until: claimedUntil },
  };
}
