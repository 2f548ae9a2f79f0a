/** A comma or a date inside quotes separates nothing; an opened quote that is not closed lasts to the end. */
const QUOTED = /"(?:[^"\\]|\\[^])*(?:"|\\?$)/g;
const WARN_CODE = /(?:^|[\s,;])(\d{3})(?=[\s,;]|$)/g;
const INCOMPLETE_WORDS = /partial|incomplete|truncated/i;

/**
 * What Microsoft documents for a source that could not be reached: `199 - "{Vendor}/{Provider}/{StatusCode}/{LatencyInMs}"`.
 */
const MISCELLANEOUS_WARNING = '199';

/** 203 is a 200 that a proxy has re-encoded (RFC 9110, 15.3.4). Any other success is not the whole response to a GET. */
const WHOLE_STATUSES = [200, 203];

/**
 * True when a successful response says that it is incomplete: by its status, or by a `Warning` (RFC 7234, 5.5; several in one
 * value are joined by commas) with Microsoft's code (learn.microsoft.com, Microsoft Graph Security API error responses). Every
 * other code means something else: 110 to 113 come from a cache, whose response has the `Date` of the original and proves no
 * more than that, 214 from a proxy that re-encoded, 299 from an API that will be withdrawn. Such a warning is on every
 * response, and refusing them all would make the customer blind as long as it lasts. A value without any code is judged by its
 * text.
 */
export function saysIncomplete(status: number, warning: string | null): boolean {
  if (!WHOLE_STATUSES.includes(status)) return true;
  if (warning === null) return false;
  const codes = [...warning.replaceAll(QUOTED, ' ').matchAll(WARN_CODE)].map(([, code]) => code);
  return codes.length === 0 ? INCOMPLETE_WORDS.test(warning) : codes.includes(MISCELLANEOUS_WARNING);
}
