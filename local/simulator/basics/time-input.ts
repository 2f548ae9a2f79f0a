import { readTicks, type Ticks } from '../../../shared/domain/values/ticks.ts';

/** Ticks, or an ISO 8601 time with 0 to 7 fraction digits. */
export type TimeInput = Ticks | string;

export function toTicks(time: TimeInput): Ticks {
  const ticks = typeof time === 'bigint' ? time : readTicks(time);
  if (ticks === undefined) throw new Error(`Cannot read a time that is not ISO 8601: it is "${String(time)}"`);
  return ticks;
}
