import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from '../../services/lock-folder.ts';
import { readDemoRecord, type DemoRecord } from './demo-record.ts';
import { findRunningDemo } from './demo-settings.ts';

/** What is kept between two starts, and where. */
export interface DemoFolder {
  readonly folder: string;
  readonly azurite: string;
  readonly certificates: string;
  /** When the simulated customers changed something, see `createChangeLog`. */
  readonly changes: string;
  /** Settings of the running demo, for other programs. */
  readonly settings: string;
  readonly record: DemoRecord | undefined;
  saveRecord(record: DemoRecord): Promise<void>;
  unlock(): Promise<void>;
}

const settingsFile = (folder: string): string => join(folder, 'demo-settings.json');

export async function refuseRunningDemo(folder: string): Promise<void> {
  const running = await findRunningDemo(settingsFile(folder));
  if (running === undefined) return;
  throw new Error(
    `Cannot start as a demo is running on "${folder}" already, at ${running.url} (process ${running.pid}): stop it with Ctrl-C, or start another one with --data DIR and --port N`,
  );
}

/** Takes the folder for this process alone and reads what the last start left there. */
export async function openDemoFolder(folder: string, isFresh: boolean): Promise<DemoFolder> {
  const paths = {
    folder,
    azurite: join(folder, 'azurite'),
    certificates: join(folder, 'certificates'),
    changes: join(folder, 'changes.log'),
    settings: settingsFile(folder),
  };
  const recordFile = join(folder, 'demo.json');
  const unlock = await lockFolder(folder);
  try {
    // Without rows there is nothing that what is invented anew could contradict.
    if (isFresh || !existsSync(paths.azurite))
      for (const path of [recordFile, paths.azurite, paths.changes]) await rm(path, { recursive: true, force: true });
    const record = await readRecord(recordFile, folder, existsSync(paths.azurite));
    const saveRecord = (made: DemoRecord): Promise<void> => writeFile(recordFile, `${JSON.stringify(made, null, 2)}\n`);
    return { ...paths, record, saveRecord, unlock };
  } catch (error) {
    await unlock();
    throw error;
  }
}

export function damaged(folder: string, reason: string, cause?: unknown): Error {
  return new Error(`Cannot use the data in "${folder}": ${reason}; add --fresh to start over`, { cause });
}

async function readRecord(file: string, folder: string, hasRows: boolean): Promise<DemoRecord | undefined> {
  if (!hasRows) return undefined;
  // The record is written before storage is started, so rows without it are of something else.
  if (!existsSync(file)) throw damaged(folder, 'it holds rows, but no demo.json that says which customers they are of');
  const record = readDemoRecord(await readFile(file, 'utf8'));
  if (record === undefined) throw damaged(folder, 'demo.json is damaged');
  return record;
}
