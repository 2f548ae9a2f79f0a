import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { alertingCodes, errorTable } from './error-tables.ts';
import {
  coldStartTable,
  firstReadTable,
  boardTable,
  listsTable,
  memoryTable,
  oneTenantTable,
  steadyStateTable,
  workersTable,
} from './performance-tables.ts';

/** By document, what stands between its markers `<!-- begin NAME -->` and `<!-- end NAME -->`. */
const SECTIONS: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'docs/errors.md': { codes: errorTable },
  'docs/operations.md': { 'credential codes': alertingCodes },
  'docs/performance.md': {
    'first read': firstReadTable,
    'one customer': oneTenantTable,
    'steady state': steadyStateTable,
    memory: memoryTable,
    lists: listsTable,
    board: boardTable,
    'cold start': coldStartTable,
    workers: workersTable,
  },
};

export interface GeneratedDocument {
  /** Within the repository. */
  path: string;
  before: string;
  after: string;
}

/** The documents of the repository in `root` whose tables are made from the source, as they are and as they have to be. */
export function generateDocuments(root: string): Promise<GeneratedDocument[]> {
  return Promise.all(
    Object.entries(SECTIONS).map(async ([path, sections]) => {
      const file = join(root, path);
      const before = await readFile(file, 'utf8');
      const filled = Object.entries(sections).reduce((text, [name, write]) => fill(text, name, write()), before);
      const after = await format(filled, { ...(await resolveConfig(file)), filepath: file });
      return { path, before, after };
    }),
  );
}

/** `text` with `content` between the markers of that name. */
export function fill(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`Cannot fill the document as it must have ${begin} and then ${end}`);
  return `${text.slice(0, from)}${begin}\n\n${content}\n\n${text.slice(to)}`;
}
