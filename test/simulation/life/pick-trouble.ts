import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { createRandom, type Random } from '../basics/random.ts';
import { REFUSALS, type Refusal } from '../source/sim-refusals.ts';
import {
  FAILURE_KINDS,
  KINDS_BY_ID,
  noTrouble,
  type BadIncident,
  type FailureKind,
  type LinkHabit,
  type SizeTrouble,
  type Trouble,
} from '../source/trouble.ts';
import type { SourceTraits } from '../source/world.ts';

/** Of all seeds, how many have each kind of trouble: each has to come about in 1 % of them at least. */
const CHANCE = {
  size: 0.09,
  /** Of those whose source knows links. */
  dishonestLinks: 0.6,
  warning: 0.06,
  refusal: 0.2,
  outage: 0.05,
  pause: 0.06,
} as const;

const MINUTE_MS = 60_000;
const PAUSE_MS = 12 * 60 * MINUTE_MS;
/** The shortest lives last so long. */
const LIFE_MS = 15 * MINUTE_MS;

/** Draws what is wrong with the source of one seed. */
export function pickTrouble(
  seed: number,
  startMs: number,
  traits: SourceTraits,
  tenantIds: readonly TenantId[],
): Trouble {
  // A multiplication spreads neighbouring seeds over all numbers, away from those of the life itself.
  const random = createRandom(Math.imul(seed, 0x85ebca6b) ^ 0x5bd1e995);
  return {
    ...noTrouble(),
    random,
    size: random.chance(CHANCE.size) ? pickSize(random, startMs, traits) : undefined,
    links: traits.hasLinks && random.chance(CHANCE.dishonestLinks) ? random.pick(DISHONEST) : 'honest',
    warning: random.chance(CHANCE.warning) ? random.pick(['299', '214'] as const) : undefined,
    refusals: random.chance(CHANCE.refusal) ? [pickRefusal(random, startMs, tenantIds)] : [],
    outages: random.chance(CHANCE.outage)
      ? [{ ...pickStretch(random, startMs), kinds: pickKinds(random, KINDS_BY_ID) }]
      : [],
    pauseMs: random.chance(CHANCE.pause) ? PAUSE_MS : 0,
  };
}

const DISHONEST: readonly LinkHabit[] = ['foreign', 'failing', 'stuck', 'endless'];

/** With smaller ones, which the scenarios have, more is left to read than a life has calls for. */
const SMALLEST_LIMIT = 3;

function pickSize(random: Random, startMs: number, { maxTop }: SourceTraits): SizeTrouble {
  const limits = [Math.ceil(maxTop / 10), Math.ceil(maxTop / 4), Math.ceil(maxTop / 2), maxTop - 1];
  return {
    limit: Math.max(SMALLEST_LIMIT, random.pick(limits)),
    by: random.pick(['asked', 'returned'] as const),
    kinds: pickKinds(random, ['status 504', 'status 500', 'time-out']),
    untilMs: random.chance(0.5) ? Infinity : startMs + LIFE_MS + random.below(60 * MINUTE_MS),
  };
}

function pickRefusal(random: Random, startMs: number, tenantIds: readonly TenantId[]): Refusal {
  const kind = random.pick(random.pick(REFUSALS));
  return { kind, tenantId: kind.isOfApp ? undefined : random.pick(tenantIds), ...pickStretch(random, startMs) };
}

/** Within the first polls, so that each life meets it. */
function pickStretch(random: Random, startMs: number): { fromMs: number; toMs: number } {
  const fromMs = startMs + random.below(LIFE_MS);
  return { fromMs, toMs: fromMs + 5 * MINUTE_MS + random.below(30 * MINUTE_MS) };
}

/** Mostly one kind, sometimes several that change from call to call. */
function pickKinds(random: Random, all: readonly FailureKind[]): FailureKind[] {
  return random.chance(0.7) ? [random.pick(all)] : random.shuffle(all).slice(0, 2 + random.below(3));
}

/** An incident that cannot be listed, and by id neither in half of the cases. */
export function pickBad(random: Random, place: BadIncident['place']): BadIncident {
  return {
    list: pickKinds(random, FAILURE_KINDS),
    byId: random.chance(0.5) ? pickKinds(random, KINDS_BY_ID) : [],
    scope: random.pick(['page', 'window'] as const),
    isLasting: random.chance(0.35),
    place,
  };
}

/** One that can be listed, and not be read by its id. */
export const pickBadById = (random: Random): BadIncident => ({
  ...pickBad(random, 'in a first read'),
  list: [],
  byId: [random.pick(KINDS_BY_ID)],
});
