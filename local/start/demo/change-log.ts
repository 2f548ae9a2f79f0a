import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { damaged } from './demo-folder.ts';

export interface ChangeLog {
  /** When the simulated customers changed something, in ms since 1970, in the order of the changes. */
  readonly times: readonly number[];
  add(timeMs: number): void;
}

/** The simulator forgets everything when it ends; by these times it makes the same changes again. */
export function openChangeLog(file: string, folder: string): ChangeLog {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const times = lines.filter((line) => line !== '').map(Number);
  if (times.some((time) => !Number.isSafeInteger(time))) throw damaged(folder, 'changes.log is damaged');
  return {
    times,
    add: (timeMs) => {
      appendFileSync(file, `${timeMs}\n`);
    },
  };
}
