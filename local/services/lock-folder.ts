import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const lockedHere = new Set<string>();

/** Two Azurites on one folder overwrite each other's files and say nothing, so the folder names its owner. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await makeFolder(resolve(folder)).catch((cause: unknown) => {
    throw new Error(`Cannot use "${folder}" for Azurite's data: it is not a folder that can be written`, { cause });
  });
  const lock = join(resolve(folder), 'owner.pid');
  const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
  // In a container a process gets the number of its crashed predecessor, so our own number alone proves nothing.
  const isLocked = owner === process.pid ? lockedHere.has(lock) : owner > 0 && isAlive(owner);
  if (isLocked) {
    throw new Error(
      `Cannot use "${folder}" for Azurite's data: process ${owner} is using it; stop that process, choose another folder, or delete ${lock} if it is another program`,
    );
  }
  await writeFile(lock, String(process.pid));
  lockedHere.add(lock);
  return async () => {
    lockedHere.delete(lock);
    await rm(lock, { force: true });
  };
}

/** Node's own `recursive` never ends where a parent is there and still nothing can be made in it, as in /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if ((await stat(folder).catch(() => undefined))?.isDirectory() === true) return;
    const parent = dirname(folder);
    if (!isMissing(error) || parent === folder) throw error;
    await makeFolder(parent);
    await mkdir(folder);
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
