/** Waits are clamped: 0 would hammer the service, and a day would hide a tenant behind one odd header. */
export const MIN_RETRY_MS = 1_000;
export const MAX_RETRY_MS = 3_600_000;

/** The documented place of the wait is the text of the body; nothing useful stands beyond its beginning. */
const SEARCHED_CHARS = 2_000;
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  millisecond: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
};
const CUE = '(?:retry|again|reset|wait|after|until|next)';
const AMOUNT = String.raw`(\d{1,9}(?:\.\d{1,3})?)\s*(milliseconds?|ms|seconds?|sec|s|minutes?|min|m|hours?|h)\b`;

/** "50 calls per 60 seconds exceeded, retry after 12 seconds": the amount behind the cue is the wait. */
const CUED_AMOUNT = new RegExp(String.raw`${CUE}[^\d]{0,60}${AMOUNT}`, 'i');
const ANY_AMOUNT = new RegExp(AMOUNT, 'i');
const CUED_CLOCK = new RegExp(String.raw`${CUE}[^\d]{0,60}(\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?\b`, 'i');
const MOMENT = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?/;
const CUED_NUMBER = /retry[\s_-]?after(?:[\s_-]?(?:in)?[\s_-]?seconds)?["'\s:=]{1,6}(\d{1,9})\b/i;

/**
 * How long a 429 asks us to wait, 1 s to 1 h: header seconds or HTTP date, else what the body says; `undefined` when it does not.
 * `answeredAtMs` is the answer's own `Date` (milliseconds since 1970), so that no clock of ours takes part.
 */
export function retryAfterMs(
  headers: { get(name: string): string | null },
  bodyText: string,
  answeredAtMs: number,
): number | undefined {
  const wait =
    readHeader(headers.get('retry-after'), answeredAtMs) ?? readBody(bodyText.slice(0, SEARCHED_CHARS), answeredAtMs);
  return wait === undefined ? undefined : Math.min(MAX_RETRY_MS, Math.max(MIN_RETRY_MS, Math.ceil(wait)));
}

function readHeader(value: string | null, answeredAtMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000;
  return /^[A-Z][a-z]{2,8},? /.test(text) ? until(text, answeredAtMs) : undefined;
}

function readBody(text: string, answeredAtMs: number): number | undefined {
  const cued = CUED_AMOUNT.exec(text);
  if (cued !== null) return amountMs(cued);
  const [, hours, minutes, seconds] = CUED_CLOCK.exec(text) ?? [];
  if (hours !== undefined) return (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000;
  const moment = MOMENT.exec(text)?.[0];
  if (moment !== undefined) return until(/(?:Z|[+-]\d{2}:\d{2})$/.test(moment) ? moment : `${moment}Z`, answeredAtMs);
  const plain = CUED_NUMBER.exec(text)?.[1];
  if (plain !== undefined) return Number(plain) * 1_000;
  const any = ANY_AMOUNT.exec(text);
  return any === null ? undefined : amountMs(any);
}

function amountMs([, amount, unit = '']: RegExpExecArray): number | undefined {
  const word = unit.toLowerCase();
  const unitMs = UNIT_MS[word] ?? UNIT_MS[word.replace(/s$/, '')];
  return unitMs === undefined ? undefined : Number(amount) * unitMs;
}

function until(moment: string, answeredAtMs: number): number | undefined {
  const wait = Date.parse(moment) - answeredAtMs;
  return Number.isNaN(wait) ? undefined : wait;
}
