import type { Ticks } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { IncidentPage, IncidentQuery } from '../ports/incident-source.ts';
import type { MeteredReader } from './metered-reader.ts';

/** What can contradict an empty response. */
export interface Doubts {
  /** The conclusion from all tenants is that the source may be gone. */
  isSuspected: boolean;
  /** The time of an incident that the source has listed before. */
  witness: Ticks | undefined;
  /** The source has listed incidents since then: the range of one more request. */
  lookFrom: Ticks;
}

export interface WatchedSource {
  reader: MeteredReader;
  /** The source has listed an incident in this poll. */
  hasShown(): boolean;
  /** The source lists incidents, but not the one that it should have listed. */
  hasLostWitness(): boolean;
}

/**
 * A withdrawn API may continue with empty responses. Until the source has listed an incident in this poll, an empty response is
 * trusted only if nothing contradicts it. It fails as `source-silent` if its range includes an incident that was listed before and no
 * other incident is listed either, and as `source-suspected` while the source as a whole is in doubt.
 */
export function watchSource(reader: MeteredReader, doubts: Doubts): WatchedSource {
  let hasShown = false;
  let hasLostWitness = false;

  async function list(query: IncidentQuery): Promise<IncidentPage> {
    const page = await reader.list(query);
    if (page.count > 0) hasShown = true;
    if (hasShown || page.isPartial) return page;
    const isContradicted = reachesBack(query, doubts.witness);
    // If other tenants have the same sign, one more request would only cost a call.
    if (doubts.isSuspected) throw isContradicted ? silent() : suspected();
    if (isContradicted) await lookAgain();
    return page;
  }

  /** A single incident may be removed, or change its time. */
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
