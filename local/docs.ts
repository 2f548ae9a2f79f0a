import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateDocuments } from './docs/generate-documents.ts';

const ROOT = join(import.meta.dirname, '..');

for (const { path, before, after } of await generateDocuments(ROOT)) {
  if (before !== after) await writeFile(join(ROOT, path), after);
  console.log(`${before === after ? 'is current' : 'written   '}  ${path}`);
}
