import type { LogCategory, LogLevel } from './functions-core.ts';

export interface LogEntry {
  readonly level: LogLevel;
  readonly category: LogCategory;
  readonly functionName: string | null;
  readonly invocationId: string | null;
  readonly message: string;
}

export type Log = (entry: LogEntry) => void;

/** A line of the host itself, such as a message that was given up. */
export function logSystem(log: Log, level: LogLevel, message: string, functionName: string | null = null): void {
  log({ level, category: 'system', functionName, invocationId: null, message });
}

/** The text of an error for a log line: its stack with those of its causes. */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack ?? error.message;
  return error.cause === undefined ? text : `${text}\ncaused by ${explainError(error.cause)}`;
}
