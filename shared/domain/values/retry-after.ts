/** Waits are clamped: 0 would hammer the service, and a day would hide a tenant behind one odd header. */
export const MIN_RETRY_MS = 1_000;
export const MAX_RETRY_MS = 3_600_000;

/** The documented place of the wait is the text of the body; nothing useful follows its beginning. */
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
/** From the cue to its value in one sentence, or from a property's name to its value; never into another property. */
const GAP = String.raw`[^\d"]{0,60}(?:"\s*:\s*"?)?`;
const AMOUNT = String.raw`(\d{1,9}(?:\.\d{1,3})?)\s*(milliseconds?|ms|seconds?|sec|s|minutes?|min|m|hours?|h)\b`;

/** "50 calls per 60 seconds exceeded, retry after 12 seconds": the amount behind the cue is the wait. */
const CUED_AMOUNT = new RegExp(`${CUE}${GAP}${AMOUNT}`, 'i');
/** "50 calls in 60 seconds were exceeded": without a wait the quota's period is one; "failed in 12 ms" describes the past. */
const PERIOD = new RegExp(String.raw`\b(?:per|in|within|every|each|of|for)\s+(?:the\s+last\s+)?${AMOUNT}`, 'i');
const MIN_PERIOD_MS = 1_000;
/** A duration; "at" and "until" name a time of day, and so does a zone or half of the day behind it. */
const CUED_CLOCK = new RegExp(
  String.raw`${CUE}${GAP}(?<!\b(?:at|until)\s{0,3})(\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?\b(?!\s*(?:Z|UTC|GMT|[AP]M|[+-]\d))`,
  'i',
);
/** Every error has a moment (`innerError.date`, `timestamp`): without a cue it is when the error happened. */
const CUED_MOMENT = new RegExp(
  String.raw`(?:${CUE}|possible|available|allowed)${GAP}(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?)`,
  'gi',
);
const CUED_NUMBER =
  /retry[\s_-]?after(?:[\s_-]?(?:in)?[\s_-]?seconds)?["'\s:=]{1,6}(\d{1,9}(?:\.\d{1,3})?)\b(?![-:/.]\d)/i;
/** `Date` has whole seconds: a moment within the second that it names is not later than the response. */
const DATE_PRECISION_MS = 1_000;

/**
 * How long a 429 asks us to wait, 1 s to 1 h: header seconds or HTTP date, else from the body; `undefined` when neither says
 * so, and the caller backs off. `answeredAtMs` is the response's own `Date` (milliseconds since 1970), so that no clock of ours
 * is involved.
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
  for (const [, moment = ''] of text.matchAll(CUED_MOMENT)) {
    const wait = until(/(?:Z|[+-]\d{2}:\d{2})$/i.test(moment) ? moment : `${moment}Z`, answeredAtMs);
    if (wait !== undefined) return wait;
  }
  const plain = CUED_NUMBER.exec(text)?.[1];
  if (plain !== undefined) return Number(plain) * 1_000;
  const period = PERIOD.exec(text);
  const periodMs = period === null ? undefined : amountMs(period);
  return periodMs !== undefined && periodMs >= MIN_PERIOD_MS ? periodMs : undefined;
}

function amountMs([, amount, unit = '']: RegExpExecArray): number | undefined {
  const word = unit.toLowerCase();
  const unitMs = UNIT_MS[word] ?? UNIT_MS[word.replace(/s$/, '')];
  return unitMs === undefined ? undefined : Number(amount) * unitMs;
}

/** `undefined` for a moment that is not later than the response: that is no wait. */
function until(moment: string, answeredAtMs: number): number | undefined {
  const wait = Date.parse(moment) - answeredAtMs;
  return wait >= DATE_PRECISION_MS ? wait : undefined;
}
