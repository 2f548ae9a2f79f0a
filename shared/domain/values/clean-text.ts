/** Most texts are plain ASCII and need no second look. */
const NOT_PLAIN = /[^\t\n\r -~]/;
const CONTROL = /(?![\t\n\r])\p{Cc}/gu;

/**
 * Text that every store, CSV file and page can hold: half surrogate pairs and control characters other than tab and line ends
 * become U+FFFD.
 */
export function cleanText(text: string): string {
  return NOT_PLAIN.test(text) ? text.toWellFormed().replace(CONTROL, '\ufffd') : text;
}
