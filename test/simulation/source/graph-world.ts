import type { SourceChoice, SourceName } from '../../../shared/domain/incidents/incident.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { createRandom, type Random } from '../basics/random.ts';
import { createTellings, type GraphTellings } from './graph-tellings.ts';

/** From where the tenants of a life are read. */
export const LIFE_KINDS = ['defender', 'graph', 'switching'] as const;
export type LifeKind = (typeof LIFE_KINDS)[number];

/**
 * What makes a list with alerts fail: one of some incidents, with which a read by id fails too; too many alerts in one answer; or
 * anything.
 */
export const EXPAND_TROUBLES = ['one', 'page', 'all'] as const;

export interface ExpandTrouble {
  by: (typeof EXPAND_TROUBLES)[number];
  /** In ms since 1970; Infinity: also in the quiet time. */
  untilMs: number;
}

/** An operator wants all tenants to be read from another source. */
export interface Switch {
  atMs: number;
  to: SourceChoice;
}

/** What is particular to lives that know Graph. Absent in those that know only the Defender API. */
export interface GraphWorld {
  /** Numbers for Graph only, so that a life without it stays as it was before there was any. */
  random: Random;
  startsOn: SourceName;
  switches: readonly Switch[];
  /** From then on the Defender API refuses everybody; Infinity: never. */
  defenderEndsMs: number;
  /** Until then Graph refuses every tenant, as its role was not consented to. */
  refusedUntilMs: number;
  maxTop: number;
  /** What one answer holds of an incident's alerts at most. */
  alertsPerAnswer: number;
  expand: ExpandTrouble | undefined;
  /** What it has told of each tenant. */
  tellings: ReadonlyMap<TenantId, GraphTellings>;
}

const MINUTE_MS = 60_000;
/** The shortest lives last so long. */
const LIFE_MS = 15 * MINUTE_MS;

/** Draws what a seed's life is; `kind` is for whoever wants to see one of a kind. */
export function pickGraph(
  seed: number,
  startMs: number,
  { maxTop, tenantIds }: { maxTop: number; tenantIds: readonly TenantId[] },
  kind?: LifeKind,
): GraphWorld | undefined {
  // A multiplication spreads neighbouring seeds over all numbers, away from those of the life and its trouble.
  const random = createRandom(Math.imul(seed, 0xc2b2ae35) ^ 0x27d4eb2f);
  const drawn = pickKind(random);
  const chosen = kind ?? drawn;
  if (chosen === 'defender') return undefined;
  const drawnSwitches = chosen === 'graph' ? [] : pickSwitches(random, startMs);
  const end = chosen === 'switching' ? pickEnd(seed, startMs) : undefined;
  const switches = end?.switches ?? drawnSwitches;
  const [first] = switches;
  const startsOn = first?.to === 'graph' || first?.to === 'auto' ? 'defender' : 'graph';
  return {
    random,
    startsOn,
    switches,
    defenderEndsMs: end?.defenderEndsMs ?? Infinity,
    refusedUntilMs: startsOn === 'defender' && random.chance(0.6) ? startMs + random.below(2 * LIFE_MS) : 0,
    // A move from large pages to smaller ones must not believe in what the larger ones have taught.
    maxTop: random.chance(0.5) ? maxTop : Math.ceil(maxTop / 2),
    alertsPerAnswer: random.chance(0.25) ? 1 : Infinity,
    expand: random.chance(0.3) ? pickExpand(random, startMs) : undefined,
    tellings: new Map(tenantIds.map((tenantId) => [tenantId, createTellings(tenantId)])),
  };
}

/** A tenth of the lives have switches; with them, about half of what is read is read from Graph. */
function pickKind(random: Random): LifeKind {
  const drawn = random.next();
  if (drawn < 0.1) return 'switching';
  return drawn < 0.55 ? 'graph' : 'defender';
}

function pickSwitches(random: Random, startMs: number): Switch[] {
  const count = random.pick([1, 2, 2, 3]);
  const first: SourceName = random.chance(0.75) ? 'graph' : 'defender';
  const times = Array.from({ length: count }, () => startMs + MINUTE_MS + random.below(2 * LIFE_MS)).sort(
    (a, b) => a - b,
  );
  return times.map((atMs, place) => ({ atMs, to: (place % 2 === 0) === (first === 'graph') ? 'graph' : 'defender' }));
}

/**
 * In some lives with switches the operator chooses `auto`, and then the Defender API ends. Who is not moved by that, as one tenant
 * alone decides nothing, is moved by the operator later.
 */
function pickEnd(seed: number, startMs: number): Pick<GraphWorld, 'switches' | 'defenderEndsMs'> | undefined {
  const random = createRandom(Math.imul(seed, 0x85ebca6b) ^ 0x165667b1);
  if (!random.chance(0.4)) return undefined;
  const defenderEndsMs = startMs + MINUTE_MS + random.below(LIFE_MS);
  return {
    defenderEndsMs,
    switches: [
      { atMs: startMs + random.below(MINUTE_MS), to: 'auto' },
      { atMs: defenderEndsMs + 60 * MINUTE_MS, to: 'graph' },
    ],
  };
}

function pickExpand(random: Random, startMs: number): ExpandTrouble {
  return {
    by: random.pick(EXPAND_TROUBLES),
    untilMs: random.chance(0.5) ? Infinity : startMs + LIFE_MS + random.below(60 * MINUTE_MS),
  };
}

/** What of it ends with the life. */
export function endGraphTrouble(graph: GraphWorld): void {
  if (graph.expand?.untilMs !== Infinity) graph.expand = undefined;
  graph.refusedUntilMs = 0;
}

export function describeGraph(graph: GraphWorld | undefined): string {
  if (graph === undefined) return 'read from Defender';
  const { startsOn, switches, defenderEndsMs, expand, alertsPerAnswer, maxTop, refusedUntilMs } = graph;
  const time = (ms: number): string => (ms === Infinity ? 'ever' : new Date(ms).toISOString().slice(11, 19));
  return [
    `read from ${startsOn} first`,
    ...switches.map(({ atMs, to }) => `from ${to} at ${time(atMs)}`),
    ...(defenderEndsMs < Infinity ? [`the Defender API ends at ${time(defenderEndsMs)}`] : []),
    ...(refusedUntilMs > 0 ? [`Graph refuses until ${time(refusedUntilMs)}`] : []),
    `${maxTop} a page, ${alertsPerAnswer} alerts an answer`,
    ...(expand === undefined ? [] : [`alerts by ${expand.by} fail until ${time(expand.untilMs)}`]),
  ].join(', ');
}

const A_SECOND = 10_000_000n;
const PARTS = 300n;

/** The next moment that the service can write: it keeps times in 300ths of a second. */
export function toServiceTime(at: bigint): bigint {
  const moment = (part: bigint): bigint => (part * A_SECOND + PARTS / 2n) / PARTS;
  const part = (at * PARTS) / A_SECOND;
  return moment(part) >= at ? moment(part) : moment(part + 1n);
}
