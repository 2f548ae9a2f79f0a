import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync, type Zippable } from 'fflate';

/** The earliest time that a zip can hold: with the files' own times no two builds would be the same. */
const NO_TIME = new Date(1980, 0, 1);
const UNIX = 3;
const READABLE_FILE = 0o100644 << 16;

/** The folder's files as a zip that depends on nothing but their names and contents. */
export async function zipFolder(folder: string): Promise<Uint8Array> {
  const names = globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
  const files: Zippable = {};
  for (const name of names)
    files[name.replaceAll('\\', '/')] = [
      await readFile(join(folder, name)),
      { level: 9, mtime: NO_TIME, os: UNIX, attrs: READABLE_FILE },
    ];
  return zipSync(files);
}
