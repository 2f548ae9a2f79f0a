import type { Ticks } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { IncidentPage, IncidentQuery } from '../ports/incident-source.ts';
import type { MeteredReader } from './metered-reader.ts';

/** What an empty answer is held against. */
export interface Doubts {
  /** All tenants together say that the source may be gone. */
  isSuspected: boolean;
  /** The source has shown an incident of this time. */
  witness: Ticks | undefined;
  /** The source has shown incidents since then, for one more look. */
  lookFrom: Ticks;
}

export interface WatchedSource {
  reader: MeteredReader;
  /** The source has shown an incident in this poll. */
  hasShown(): boolean;
  /** It shows incidents, and not the one that it was to show. */
  hasLostWitness(): boolean;
}

/**
 * A withdrawn API may go on with empty answers. Until the source has shown an incident in this poll, one is believed only where
 * nothing speaks against it: `source-silent` where it reaches back to an incident that was shown, and no other is shown either;
 * `source-suspected` while the source as a whole is in doubt.
 */
export function watchSource(reader: MeteredReader, doubts: Doubts): WatchedSource {
  let hasShown = false;
  let hasLostWitness = false;

  async function list(query: IncidentQuery): Promise<IncidentPage> {
    const page = await reader.list(query);
    if (page.count > 0) hasShown = true;
    if (hasShown || page.isPartial) return page;
    const isContradicted = reachesBack(query, doubts.witness);
    // Where others say the same, one more look would only cost another call.
    if (doubts.isSuspected) throw isContradicted ? silent() : suspected();
    if (isContradicted) await lookAgain();
    return page;
  }

  /** One incident may vanish, or change its time. */
  async function lookAgain(): Promise<void> {
    const { count } = await reader.list({ updatedFrom: doubts.lookFrom, top: 1 });
    if (count === 0) throw silent();
    hasShown = true;
    hasLostWitness = true;
  }

  return { reader: { ...reader, list }, hasShown: () => hasShown, hasLostWitness: () => hasLostWitness };
}

function reachesBack({ updatedFrom, updatedTo, skip = 0, ...narrower }: IncidentQuery, witness: Ticks | undefined) {
  const { createdFrom, createdTo, status } = narrower;
  if (witness === undefined || skip > 0 || (createdFrom ?? createdTo ?? status) !== undefined) return false;
  return updatedFrom <= witness && (updatedTo === undefined || updatedTo > witness);
}

function silent(): AppError {
  return new AppError(
    'source-silent',
    'Cannot believe an empty answer: the source has shown incidents of this customer that it does not show any more',
  );
}

function suspected(): AppError {
  return new AppError(
    'source-suspected',
    'Cannot believe an empty answer: several customers say that the Defender API is gone',
  );
}
