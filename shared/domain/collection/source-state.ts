import type { SourceChoice } from '../incidents/incident.ts';
import { textColumn } from '../rows/row-columns.ts';
import { chosenSource, isPollable, type TenantState } from '../tenants/tenant-state.ts';
import type { RowProperties } from '../values/table-row.ts';
import { formatTicks, readTicks, type Ticks } from '../values/ticks.ts';

export const SOURCE_STAGES = ['alive', 'suspected', 'retired'] as const;
/** `suspected`: an empty list is not trusted. `retired`: tenants on `auto` move to Graph. */
export type SourceStage = (typeof SOURCE_STAGES)[number];

/** What all tenants together say of the Defender API. A row of the partition `RUN_PARTITION`, written when the stage changes. */
export interface SourceState {
  stage: SourceStage;
  since: Ticks;
  /** One of the responses that are a sign of its end; empty for `alive`. */
  message: string;
}

export const SOURCE_STATE_KEY = 'defender';

export const ALIVE: SourceState = { stage: 'alive', since: 0n, message: '' };

type Seen = Pick<
  TenantState,
  'status' | 'isPaused' | 'ownSource' | 'readFrom' | 'lastPolledAt' | 'seenAt' | 'sign' | 'completeThrough'
>;

export interface JudgedBy {
  now: Ticks;
  /** Between two ticks. */
  interval: Ticks;
  setting: SourceChoice;
}

/** One tenant alone never decides: it may have lost only its own access. */
const AT_LEAST = 2;
/** A suspicion that lasts for this many intervals without an incident from any tenant is the end. */
const INTERVALS = 3n;

/**
 * Suspected: at least two tenants, and at least as many as have seen an incident since, have a sign that the API is gone.
 * Retired: that has lasted, and no tenant has seen an incident. The end is final while a tenant is on `auto`, so that an
 * unstable service moves nobody back and forth; a suspicion ends with its signs.
 */
export function judgeSource(
  states: readonly Seen[],
  before: SourceState,
  { now, interval, setting }: JudgedBy,
): SourceState {
  const polled = states.filter(isPollable);
  const isHeeded = polled.some((state) => chosenSource(state, setting) === 'auto');
  if (before.stage === 'retired' && isHeeded) return before;
  const asked = polled.filter(({ readFrom }) => readFrom === 'defender');
  const signs = asked.flatMap(({ sign }) => sign ?? []);
  const recent = now - INTERVALS * interval;
  const seeing = asked.filter(({ sign, seenAt = 0n }) => sign === undefined && seenAt > recent);
  if (signs.length < AT_LEAST || signs.length < seeing.length) return before.stage === 'alive' ? before : ALIVE;
  if (before.stage === 'alive') return { stage: 'suspected', since: now, message: signs[0]?.message ?? '' };
  const suspected: SourceState = { ...before, stage: 'suspected' };
  if (seeing.length > 0) return suspected;
  if (before.stage === 'retired' || before.since > recent) return before;
  return { ...suspected, stage: 'retired', since: now };
}

/** Tenants that are read from the Defender API until it ends and could not be read from Graph then, as far as that is known. */
export function couldNotMove(state: Seen & Pick<TenantState, 'standby'>, setting: SourceChoice): boolean {
  return isServed(state) && chosenSource(state, setting) === 'auto' && state.standby?.problem !== undefined;
}

/** Tenants that would stay on the Defender API to its end only because nobody has chosen a source, for them or for all. */
export function wouldStayBehind(state: Seen, setting: SourceChoice): boolean {
  return isServed(state) && setting === 'defender' && state.ownSource === undefined;
}

export function wouldGoBlind(state: Seen & Pick<TenantState, 'standby'>, setting: SourceChoice): boolean {
  return couldNotMove(state, setting) || wouldStayBehind(state, setting);
}

/** Has incidents of the Defender API, and is to have more. */
function isServed(state: Seen): boolean {
  return isPollable(state) && state.readFrom === 'defender' && state.completeThrough !== undefined;
}

export function toSourceStateRow({ stage, since, message }: SourceState): RowProperties {
  return { v: 1, stage, since: formatTicks(since), message };
}

export function readSourceStateRow(row: RowProperties | undefined): SourceState {
  const since = row === undefined ? undefined : readTicks(textColumn(row, 'since'));
  const stage = SOURCE_STAGES.find((known) => known === row?.['stage']);
  if (row === undefined || since === undefined || stage === undefined) return ALIVE;
  return { stage, since, message: textColumn(row, 'message') ?? '' };
}
