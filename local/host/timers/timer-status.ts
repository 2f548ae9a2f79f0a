import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What Azure keeps in a blob per timer, to know after a restart that an occurrence was missed. */
export interface TimerStatus {
  readonly last: Date;
  readonly next: Date;
}

/** Reads the status that an earlier host left; undefined where there is none that can be read. */
export async function readTimerStatus(file: string): Promise<TimerStatus | undefined> {
  try {
    const value = JSON.parse(await readFile(file, 'utf8')) as { last?: unknown; next?: unknown };
    const [last, next] = [new Date(String(value.last)), new Date(String(value.next))];
    return Number.isNaN(last.getTime()) || Number.isNaN(next.getTime()) ? undefined : { last, next };
  } catch {
    return undefined; // the first run, or a write that was cut off: Azure starts from now in both cases
  }
}

export async function saveTimerStatus(file: string, status: TimerStatus): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(status));
}
