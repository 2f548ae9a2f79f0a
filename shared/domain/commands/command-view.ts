import { readObject } from '../values/read-value.ts';
import { formatTicks, type Ticks } from '../values/ticks.ts';
import { isClaimed, type WaitingCommand, type WaitingCommands } from './waiting-commands.ts';

/** A command that the collecting app has not carried out yet, as its sender sees it. */
export interface CommandView {
  id: string;
  /** A method of `TenantControl`. */
  command: string;
  /** What is to be changed or decided; `null` where the command says all. */
  detail: string | null;
  sentAt: string;
  expiresAt: string;
  /** `expired` and `superseded` ones are not carried out; they go when the collecting app is awake. */
  status: CommandStatus;
}

export const COMMAND_STATUSES = ['waiting', 'running', 'superseded', 'expired'] as const;
export type CommandStatus = (typeof COMMAND_STATUSES)[number];

export function toCommandViews(waiting: WaitingCommands, now: Ticks): CommandView[] {
  return waiting.commands.map((command, index) => ({
    id: command.id,
    command: command.method,
    detail: describeArgument(command.arguments[1]),
    sentAt: formatTicks(command.sentAt),
    expiresAt: formatTicks(command.expiresAt),
    status: index === 0 && isClaimed(waiting, now) ? 'running' : statusOf(command, now),
  }));
}

function statusOf({ isTakenBack, expiresAt }: WaitingCommand, now: Ticks): CommandStatus {
  if (isTakenBack) return 'superseded';
  return expiresAt <= now ? 'expired' : 'waiting';
}

/** Decisions and settings as they are; of a consent or a time, nothing that an operator could use. */
function describeArgument(given: unknown): string | null {
  if (typeof given === 'string') return given;
  const { paused, source } = readObject(given) ?? {};
  const parts = [
    ...(typeof paused === 'boolean' ? [`paused: ${paused}`] : []),
    ...(typeof source === 'string' ? [`source: ${source}`] : []),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}
