import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionsCore, ProgrammingModel } from './functions-core.ts';

/** Imports the entry files so that they register; the files are paths or globs below `root`. */
export async function loadFunctions(
  core: FunctionsCore,
  root: string,
  files: readonly string[] | undefined,
): Promise<ProgrammingModel> {
  const patterns = files ?? [readMain(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))];
  for (const file of findFiles(root, patterns)) await importFile(file);
  const model = core.getModel();
  if (model !== undefined && core.functions.size > 0) return model;
  throw new Error(`Cannot start as no function was registered by ${patterns.join(', ')}`);
}

function findFiles(root: string, patterns: readonly string[]): string[] {
  const found = patterns.flatMap((pattern) => {
    const files = globSync(pattern, { cwd: root });
    if (files.length === 0) throw new Error(`Cannot load functions as "${pattern}" matches no file below ${root}`);
    return files.sort();
  });
  return [...new Set(found.map((file) => resolve(root, file)))];
}

// The real worker only writes such an error to its log and runs without the function, which nobody notices at a desk.
async function importFile(file: string): Promise<void> {
  try {
    await import(pathToFileURL(file).href);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot load functions from ${file}: ${reason}`, { cause });
  }
}

function readMain(manifest: unknown): string {
  const { main } = manifest as { main?: unknown };
  if (typeof main === 'string') return main;
  throw new Error('Cannot load functions as package.json has no "main", the pattern of the files that register them');
}
