import type { TenantStatus } from '../../../shared/domain/tenants/tenant-state.ts';

export type Word = 'pause' | 'resume' | 'purge';

/** What was said and done about one tenant, and how it ended. */
export interface CommandRecord {
  said: { word: Word; atMs: number }[];
  done: { word: Word; atMs: number }[];
  status: TenantStatus;
  isPaused: boolean;
}

const PURGE_LASTS_MS = 5 * 60_000;
/** A write is on its way for so long after the last look whether it is still wanted. */
const ON_ITS_WAY_MS = 1_000;

/** Nothing is carried out that was not asked for, has expired or was taken back, and the last word wins. */
export function checkCommands({ said, done, status, isPaused }: CommandRecord): string[] {
  const problems: string[] = [];
  for (const { word, atMs } of done) {
    if (word === 'purge' && !isPurgeWanted(said, atMs))
      problems.push('a purge was carried out that nobody wanted any more');
    if (!said.some((known) => known.word === word && known.atMs <= atMs))
      problems.push(`"${word}" was carried out before anybody said it`);
  }
  const last = said.findLast(({ word }) => word !== 'purge');
  if (last === undefined || status === 'purging') return problems;
  if (isPaused !== (last.word === 'pause')) problems.push(`the last word was "${last.word}", and it does not hold`);
  return problems;
}

function isPurgeWanted(said: CommandRecord['said'], atMs: number): boolean {
  return said.some(
    (purge) =>
      purge.word === 'purge' &&
      purge.atMs <= atMs &&
      atMs <= purge.atMs + PURGE_LASTS_MS + ON_ITS_WAY_MS &&
      !said.some(({ word, atMs: at }) => word === 'resume' && at > purge.atMs && at < atMs - ON_ITS_WAY_MS),
  );
}
