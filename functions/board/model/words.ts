/** `inProgress` → `in progress`, `awaiting-approval` → `awaiting approval`. */
export function toWords(word: string): string {
  return word
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('-', ' ')
    .toLowerCase();
}

/** `1 incident`, `2,000 incidents`. */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** `Microsoft Defender for Endpoint` out of the API's `microsoftDefenderForEndpoint`. */
export function toProductName(source: string): string {
  const words = toWords(source)
    .replace(/([a-z])(\d)/g, '$1 $2')
    .split(' ');
  return words.map((word) => (word === 'for' ? word : word.charAt(0).toUpperCase() + word.slice(1))).join(' ');
}
