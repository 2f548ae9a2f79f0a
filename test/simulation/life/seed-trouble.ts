import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import {
  TICKS_PER_MINUTE,
  TICKS_PER_MS,
  TICKS_PER_SECOND,
  ticksFromMs,
  type Ticks,
} from '../../../shared/domain/values/ticks.ts';
import type { SourceTenant } from '../source/sim-source.ts';
import { badKey, makeBad, NAMELESS, type BadIncident } from '../source/trouble.ts';
import type { World } from '../source/world.ts';
import { addIncident } from './churn.ts';
import { pickBad, pickBadById } from './pick-trouble.ts';

/** Of all seeds, how many have a bad incident in such a place. */
const CHANCE = {
  nameless: 0.06,
  crowd: 0.05,
  three: 0.05,
  byIdOnly: 0.2,
  upToDate: 0.08,
  behind: 0.8,
} as const;

const DAY_MS = 86_400_000;
/** Pages of incidents within one minute. */
const CROWDED_PAGES = 3;

/** What is bad from the start: one in a first read, in a crowd, three far apart, some only by their ids. */
export function seedTrouble(world: World, isPoisoned: boolean): void {
  const { random } = world.trouble;
  const tenants = [...world.tenants.values()];
  if (isPoisoned)
    for (const tenant of tenants)
      if (tenant.ids.length > 0) spoil(world, tenant, random.pick(tenant.ids), 'in a first read');
  const chosen = random.pick(tenants);
  if (random.chance(CHANCE.crowd)) seedBadCrowd(world, chosen);
  if (random.chance(CHANCE.three)) seedThree(world, chosen);
  // With pages of one, an entry without an id looks like a page that brings nothing new.
  if (random.chance(CHANCE.nameless) && world.trouble.size === undefined) seedNameless(world, chosen);
  if (random.chance(CHANCE.byIdOnly))
    // Reads by id are rare, so none of this tenant's may go well.
    for (const id of chosen.ids) makeBad(world.trouble, chosen.tenantId, id, pickBadById(random));
}

function spoil({ trouble }: World, { tenantId }: SourceTenant, incidentId: string, place: BadIncident['place']): void {
  makeBad(trouble, tenantId, incidentId, pickBad(trouble.random, place));
}

function seedBadCrowd(world: World, tenant: SourceTenant): void {
  const { random } = world.trouble;
  const from = ticksFromMs(world.time.now() - random.below(20 * DAY_MS)) - TICKS_PER_MINUTE;
  const first = tenant.ids.length;
  for (let count = CROWDED_PAGES * world.traits.maxTop; count > 0; count -= 1)
    addIncident(world, tenant, from + BigInt(random.below(Number(TICKS_PER_MINUTE))), 0);
  spoil(world, tenant, random.pick(tenant.ids.slice(first)), 'in a crowd');
}

/** More than a state row has room for as gaps, or a few. */
const NAMELESS_COUNTS = [2, 5, 40];

/** The source forgets for a while who these are: they are listed without their ids, some without any time too. */
function seedNameless(world: World, tenant: SourceTenant): void {
  const { trouble } = world;
  const { random } = trouble;
  const ids = random.shuffle(tenant.ids).slice(0, random.pick(NAMELESS_COUNTS));
  const missing = random.pick(NAMELESS);
  for (const id of ids) {
    const key = badKey(tenant.tenantId, id);
    // By id another incident comes back than was asked for: the adapter says the same of it as of another page.
    makeBad(trouble, tenant.tenantId, id, { ...pickBadById(random), byId: ['not JSON'], isLasting: false });
    trouble.everBad.add(key);
    trouble.nameless.set(key, missing);
  }
}

const OLDEST_DAY = 25;

/** Weeks apart, each with some good ones around it. */
function seedThree(world: World, tenant: SourceTenant): void {
  const { random } = world.trouble;
  for (const day of [OLDEST_DAY, 12, 1]) {
    const at = ticksFromMs(world.time.now() - day * DAY_MS + random.below(DAY_MS / 2));
    for (const offset of [-1n, 1n]) addIncident(world, tenant, at + offset * TICKS_PER_MINUTE, 0);
    addBad(world, tenant, { at, visibleAtMs: 0 }, 'one of three');
  }
}

function addBad(
  world: World,
  tenant: SourceTenant,
  { at, visibleAtMs }: { at: Ticks; visibleAtMs: number },
  place: BadIncident['place'],
): void {
  addIncident(world, tenant, at, visibleAtMs);
  const id = tenant.ids.at(-1);
  if (id !== undefined) spoil(world, tenant, id, place);
}

/** In some seeds a new incident comes that is bad, between two good ones, while the tenant is up to date … */
export function scheduleBadNews(world: World, untilMs: number): void {
  const { random } = world.trouble;
  if (!random.chance(CHANCE.upToDate)) return;
  scheduleBad(world, world.time.now() + random.below(untilMs - world.time.now()), 'up to date');
}

/** … or while nobody polls. */
export function scheduleBadInPause(world: World, untilMs: number): void {
  const { random } = world.trouble;
  if (random.chance(CHANCE.behind))
    scheduleBad(world, world.time.now() + random.below(untilMs - world.time.now()), '12 hours behind');
}

function scheduleBad(world: World, atMs: number, place: BadIncident['place']): void {
  const { random } = world.trouble;
  const tenantId: TenantId = random.pick([...world.tenants.keys()]);
  world.time.at(atMs, () => {
    const tenant = world.tenants.get(tenantId);
    if (tenant === undefined || !world.isChanging) return;
    const visibleAtMs = world.time.now();
    const at = ticksFromMs(visibleAtMs);
    const around = random.pick([1n, TICKS_PER_MS, TICKS_PER_SECOND, TICKS_PER_MINUTE]);
    addIncident(world, tenant, at - 2n * around, visibleAtMs);
    addBad(world, tenant, { at: at - around, visibleAtMs }, place);
    addIncident(world, tenant, at, visibleAtMs);
  });
}
