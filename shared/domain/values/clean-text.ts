const CONTROL = /(?![\t\n\r])\p{Cc}/gu;

/**
 * Text that every store, CSV file and page can hold: half surrogate pairs and control characters other than tab and line ends
 * become U+FFFD.
 */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(CONTROL, '\ufffd');
}
