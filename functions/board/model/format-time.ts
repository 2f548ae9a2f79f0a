const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const UTC_DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const DAY_OF_YEAR = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

/** The viewer's zone, as the browser names it. */
export const zoneName = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** In the viewer's zone: the time today, the day and the time before that, the date alone after half a year. */
export function formatLocal(time: string, nowMs: number): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  if (at.toDateString() === new Date(nowMs).toDateString()) return CLOCK.format(at);
  if (Math.abs(nowMs - at.getTime()) > 180 * DAY_MS) return DAY_OF_YEAR.format(at);
  return `${DAY.format(at)}, ${CLOCK.format(at)}`;
}

/** The day and the time, whatever day it is: "on Mon, 30 Nov, 05:15". */
export function formatDay(time: string): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? time : `${DAY.format(at)}, ${CLOCK.format(at)}`;
}

/** To the second. */
export function formatUtc(time: string): string {
  return `${time.slice(0, 19).replace('T', ' ')} UTC`;
}

/** To the minute, next to a local time: with the day only if it differs. */
export function formatUtcClock(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  const clock = `${time.slice(11, 16)} UTC`;
  return at.getUTCDate() === at.getDate() ? clock : `${UTC_DAY.format(at)}, ${clock}`;
}

/** `3 min`, `4 h 20 min`, `12 d 3 h`: the two largest parts. */
export function formatDuration(durationMs: number): string {
  const rest = Math.max(0, durationMs);
  if (rest < MINUTE_MS) return 'under a minute';
  if (rest < HOUR_MS) return `${Math.floor(rest / MINUTE_MS)} min`;
  const [large, small] = rest < DAY_MS ? ([HOUR_MS, MINUTE_MS] as const) : ([DAY_MS, HOUR_MS] as const);
  const [largeUnit, smallUnit] = rest < DAY_MS ? ['h', 'min'] : ['d', 'h'];
  const whole = Math.floor(rest / large);
  const part = Math.floor((rest % large) / small);
  return `${whole} ${largeUnit}${part === 0 ? '' : ` ${part} ${smallUnit}`}`;
}

/** `17 h`, `3 d`: the largest part, for a narrow column. */
export function formatAge(time: string, nowMs: number): string {
  const [count = '', unit = ''] = formatDuration(nowMs - Date.parse(time)).split(' ');
  return count === 'under' ? 'just now' : `${count} ${unit} ago`;
}

export function formatAgo(time: string, nowMs: number): string {
  const passedMs = nowMs - Date.parse(time);
  return passedMs < MINUTE_MS ? 'just now' : `${formatDuration(passedMs)} ago`;
}

/** A value for `<input type="datetime-local">`, in the viewer's zone. */
export function toLocalInput(time: string): string {
  const at = new Date(time);
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * MINUTE_MS);
  return shifted.toISOString().slice(0, 16);
}
