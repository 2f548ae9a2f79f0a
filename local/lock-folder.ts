import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const lockedHere = new Set<string>();

/** Two Azurites on one folder overwrite each other's files and say nothing, so the folder names its owner. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
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

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
