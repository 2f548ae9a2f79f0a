const MAX_WORD = 40;

/**
 * `incidents-20261130T0501Z-open-high.csv`: the time of its creation and its filters, in characters that every system accepts.
 */
export function csvFileName(at: Date, words: readonly string[], subject = 'incidents'): string {
  const time = at.toISOString().replace(/[-:]/g, '').slice(0, 13);
  const parts = words.map(toSlug).filter((word) => word !== '');
  return `${[subject, `${time}Z`, ...parts].join('-')}.csv`;
}

function toSlug(text: string): string {
  const plain = text.normalize('NFKD').toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, MAX_WORD);
}
