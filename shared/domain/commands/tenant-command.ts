import { AppError } from '../../errors.ts';
import { BLAMES, type Blame } from '../../errors/error-kind.ts';
import { readErrorCode } from '../../errors/error-table.ts';
import { readObject, readText, readTextList, type JsonObject } from '../values/read-value.ts';
import type { RowProperties } from '../values/table-row.ts';

/** One call of `TenantControl`, sent by an app that may not do it itself to the one that may. */
export interface TenantCommand {
  id: string;
  /** UTC day on which it was sent, `YYYY-MM-DD`: the partition of its outcome. */
  day: string;
  method: string;
  arguments: readonly unknown[];
}

export type CommandOutcome = { kind: 'answered'; answer: unknown } | { kind: 'failed'; error: AppError };

/** A command as it comes off the queue. */
export interface CommandMessage {
  command: TenantCommand;
  /** It was put among its tenant's waiting commands before it was sent; version 1 was in the queue only. */
  isListed: boolean;
}

/** Version 2 is as version 1 and listed. It has the whole command, so that a collecting app of the version before reads it too. */
export function toCommandMessage(command: TenantCommand): { v: 2 } & TenantCommand {
  return { v: 2, ...command };
}

/** Reads a queue message; anything that we did not write is refused by name and ends in the poison queue. */
export function readCommandMessage(message: unknown): CommandMessage {
  const fields = readObject(message) ?? {};
  const command = readCommand(fields);
  if (command !== undefined) return { command, isListed: fields['v'] === 2 };
  throw badCommand('its id, day, method or arguments are missing');
}

export function readCommand(fields: JsonObject): TenantCommand | undefined {
  const { id, day, method } = fields;
  const given = fields['arguments'];
  const isWhole = isCommandId(id) && isDay(day) && typeof method === 'string' && Array.isArray(given);
  return isWhole ? { id, day, method, arguments: given } : undefined;
}

export const isCommandId = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value);
const isDay = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);

export function badCommand(reason: string): AppError {
  return new AppError('bad-command', `Cannot read a queue message as a command: ${reason}`);
}

/** A bug of the collecting app is reported as such; its details stay in that app's log. */
export function toOutcome(error: unknown): CommandOutcome {
  if (error instanceof AppError) return { kind: 'failed', error };
  const message = 'Cannot carry out the command: the collector failed unexpectedly; its log has the reason';
  return { kind: 'failed', error: new AppError('internal-error', message) };
}

export function toOutcomeRow(outcome: CommandOutcome): RowProperties {
  if (outcome.kind === 'answered') return { kind: 'answered', text: JSON.stringify({ answer: outcome.answer }) };
  const { blame, code, message, action, status, missingRoles, retryAfterMs } = outcome.error;
  return { kind: 'failed', text: JSON.stringify({ blame, code, message, action, status, missingRoles, retryAfterMs }) };
}

/** Reads a row that `toOutcomeRow` made. */
export function readOutcomeRow(row: RowProperties): CommandOutcome {
  const fields = readObject(JSON.parse(readText(row['text']) ?? '{}')) ?? {};
  if (row['kind'] === 'answered') return { kind: 'answered', answer: fields['answer'] };
  const code = readErrorCode(fields['code']);
  const message = readText(fields['message']) ?? 'Cannot carry out the command: the collector did not say why';
  const action = readText(fields['action']);
  const { status, retryAfterMs, missingRoles } = fields;
  const error = new AppError(code, message, {
    blame: readBlame(fields['blame']),
    ...(action !== null && { action }),
    ...(typeof status === 'number' && { status }),
    ...(Array.isArray(missingRoles) && { missingRoles: readTextList(missingRoles) }),
    ...(typeof retryAfterMs === 'number' && { retryAfterMs }),
  });
  return { kind: 'failed', error };
}

const readBlame = (value: unknown): Blame => BLAMES.find((blame) => blame === value) ?? 'collector';
