import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';

const FILE = new URL('../docs/performance.json', import.meta.url);

/** Keeps one section's figures, those of the others as they are; `npm run docs` makes the tables of docs/performance.md of them. */
export async function saveFigures(section: string, saved: object): Promise<void> {
  const known = JSON.parse(await readFile(FILE, 'utf8')) as Record<string, unknown>;
  await writeFile(FILE, await format(JSON.stringify({ ...known, [section]: saved }), { parser: 'json' }));
}
