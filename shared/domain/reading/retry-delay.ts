import { AppError } from '../../errors.ts';

/** Fits the one-minute quota: after the third wait a whole minute has passed. */
const THROTTLED_MS = [10_000, 30_000, 60_000] as const;
const UNAVAILABLE_MS = [500, 2_000, 8_000] as const;

/**
 * How long to wait before call number `attempt` + 1, in ms, or `undefined` when the failure does not pass by itself.
 * What the service asks for is obeyed; without it the delay is drawn between half and all of the table's value.
 */
export function retryDelayMs(error: unknown, attempt: number, random: () => number): number | undefined {
  if (!(error instanceof AppError) || !error.retriable) return undefined;
  if (error.retryAfterMs !== undefined) return error.retryAfterMs;
  const table = error.code === 'throttled' ? THROTTLED_MS : UNAVAILABLE_MS;
  const delay = table[Math.min(attempt, table.length) - 1] ?? UNAVAILABLE_MS[0];
  return Math.ceil(delay * (0.5 + random() / 2));
}
