export const FORMATS = ['json', 'csv'] as const;

export type CsvOrJson = (typeof FORMATS)[number];

/** What was asked for by name counts before what the caller accepts. */
export function readFormat(named: CsvOrJson | undefined, accept: string | null): CsvOrJson {
  return named ?? (accept?.includes('text/csv') === true ? 'csv' : 'json');
}
