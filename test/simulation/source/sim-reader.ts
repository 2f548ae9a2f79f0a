import type { ObservedIncident, SourceName } from '../../../shared/domain/incidents/incident.ts';
import { toSourceFailure } from '../../../shared/domain/sources/source-failure.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { formatTicks, TICKS_PER_SECOND, ticksFromMs, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { AppError } from '../../../shared/errors.ts';
import type {
  IncidentPage,
  IncidentQuery,
  IncidentSource,
  TenantIncidents,
} from '../../../shared/ports/incident-source.ts';
import { tellAsDefender, tellAsGraph, tellMoreAlerts, toMissingAlerts, type Teller } from './graph-teller.ts';
import type { GraphWorld } from './graph-world.ts';
import { followForeign, isPartialTo } from './sim-failures.ts';
import { createLinks } from './sim-links.ts';
import { splitNameless } from './sim-nameless.ts';
import { findRefusal, refuseToken } from './sim-refusals.ts';
import { listMatching, type SourceTenant, type SourceVersion } from './sim-source.ts';
import { createSpoiler, type SpoilCause } from './sim-spoiler.ts';
import { disturb, note, pass, tell, type Machine, type World } from './world.ts';

/** What the simulator knows of one answer that a machine got: the record that claims are held against. */
export interface AnsweredRead {
  machine: string;
  tenantId: TenantId;
  query: IncidentQuery;
  versions: readonly SourceVersion[];
  /** All that matched the window was in the answer. */
  isWhole: boolean;
}

export interface SourceObserver {
  onOpened(machine: string, tenantId: TenantId): void;
  onCalled(tenantId: TenantId, machine: string, source: SourceName): void;
  onRead(read: AnsweredRead): void;
  /** A window could not be read, or its answer could not be used. */
  onFailed(machine: string, tenantId: TenantId, query: IncidentQuery, code: string, cause?: SpoilCause): void;
  /** One incident could not be read by its id. */
  onFailedById(tenantId: TenantId, incidentId: string, cause?: SpoilCause): void;
  /** A call failed because of what is wrong with the source itself. */
  onSpoilt(machine: string, tenantId: TenantId, cause: SpoilCause): void;
}

/** The Defender API, or Graph where its part of the world is given. */
export function createSimSource(
  world: World,
  machine: Machine,
  observer: SourceObserver,
  graph?: GraphWorld,
): IncidentSource {
  return {
    open: async (tenantId) => {
      const tenant = world.tenants.get(tenantId);
      if (tenant === undefined) throw new AppError('consent-missing', `No consent in ${tenantId}`);
      const refusal = findRefusal(world.trouble.refusals, 'entra', tenantId, world.time.now());
      if (refusal !== undefined) {
        note(world, refusal.name);
        await pass(world, machine, 1 + world.random.below(200));
        throw refuseToken(refusal);
      }
      observer.onOpened(machine.name, tenantId);
      return openTenant(world, machine, observer, tenant, graph);
    },
  };
}

function openTenant(
  world: World,
  machine: Machine,
  observer: SourceObserver,
  tenant: SourceTenant,
  graph: GraphWorld | undefined,
): TenantIncidents {
  const { random, time, traits, trouble } = world;
  const { tenantId } = tenant;
  const teller = graph === undefined ? tellAsDefender(world, tenant) : tellAsGraph(world, graph, tenant);
  const links = createLinks(world);
  const spoiler = createSpoiler({ world, machine, tenantId, source: teller.source }, (cause) => {
    observer.onSpoilt(machine.name, tenantId, cause);
  });

  /** The answer is made at some moment of the request, its `Date` at the end of it. */
  async function call<T>(work: () => T | Promise<T>): Promise<{ answer: T; visibleUntil: Ticks }> {
    const startedMs = time.now();
    await pass(world, machine, 5 + random.below(traits.slowestMs));
    observer.onCalled(tenantId, machine.name, teller.source);
    await spoiler.failWhole();
    if (teller.isRefusing()) await spoiler.refuse();
    failAtRandom(world, machine, teller.source);
    const answer = await work();
    await pass(world, machine, 1 + random.below(50));
    const dateMs = Math.floor(time.now() / 1_000) * 1_000;
    const durationMs = time.now() - startedMs;
    world.afterCall(tenantId);
    return { answer, visibleUntil: ticksFromMs(dateMs - durationMs) - TICKS_PER_SECOND };
  }

  async function answerPage(query: IncidentQuery, skip: number): Promise<IncidentPage> {
    const { maxTop, pageCap } = teller;
    const matching = listMatching(tenant, teller.understand(query), traits, random);
    const full = matching.slice(skip, skip + Math.min(query.top, maxTop, pageCap));
    const isLinked = traits.hasLinks && trouble.links !== 'endless' && full.length > 3 && random.chance(0.3);
    const isCut = random.chance(world.faults.partial);
    const versions = isLinked || isCut ? full.slice(0, 1 + random.below(full.length)) : full;
    const isSpoilt = await spoiler.failList(query.top, versions, matching);
    if (teller.failsToExpand(versions, query)) await spoiler.failExpanded();
    const isPartial = isSpoilt || (await isIncomplete(isCut));
    noteRead(world, teller, { ...query, skip }, versions.length);
    tell(world, () => `${machine.name} reads ${tenantId.slice(0, 8)} ${describe(query, skip)}: ${versions.length}`);
    const isWhole = versions.length === matching.length && versions.length < query.top && !isPartial;
    if (isPartial) observer.onFailed(machine.name, tenantId, query, 'incomplete-answer', spoiler.takeCause());
    observer.onRead({ machine: machine.name, tenantId, query: { ...query, skip }, versions, isWhole });
    const hasRest = versions.length < Math.min(query.top, matching.length - skip);
    return { ...toPage(query, versions, links.make(query, skip, versions, hasRest)), isPartial };
  }

  /** An answer that misses something says so in one of two ways; in some worlds each answer warns of something else. */
  async function isIncomplete(isCut: boolean): Promise<boolean> {
    if (isCut) {
      const how = trouble.random.chance(0.5) ? ({ warning: '199' } as const) : { status: 206 };
      note(world, 'incomplete answer');
      if (how.warning !== undefined) note(world, 'warning 199');
      disturb(world, machine);
      return isPartialTo({ source: teller.source, tenantId, nowMs: time.now() }, how);
    }
    if (trouble.warning === undefined) return false;
    note(world, `warning ${trouble.warning}`);
    return isPartialTo({ source: teller.source, tenantId, nowMs: time.now() }, { warning: trouble.warning });
  }

  function toPage(
    query: IncidentQuery,
    versions: readonly SourceVersion[],
    nextLink: string | undefined,
  ): IncidentPage {
    const { named, withoutId } = splitNameless(world, tenantId, query, versions);
    if (withoutId.length > 0) observer.onFailed(machine.name, tenantId, query, 'incident-without-id');
    return {
      incidents: named.map((version) => teller.tell(version, query)),
      withoutId,
      count: versions.length,
      sourceStatuses: [...new Set(versions.map(teller.statusOf))],
      nextLink,
      isPartial: false,
      visibleUntil: 0n,
    };
  }

  async function readPage(query: IncidentQuery, work: () => Promise<IncidentPage>): Promise<IncidentPage> {
    try {
      const { answer, visibleUntil } = await call(work);
      return { ...answer, visibleUntil };
    } catch (error) {
      if (error instanceof AppError) observer.onFailed(machine.name, tenantId, query, error.code, spoiler.takeCause());
      throw error;
    }
  }

  async function follow(nextLink: string): Promise<IncidentPage> {
    const target = links.find(nextLink);
    const { query } = target;
    if (target.kind === 'rest') return readPage(query, () => answerPage(query, target.skip));
    if (target.kind === 'failure') return readPage(query, () => spoiler.failLink());
    if (target.kind === 'again')
      return readPage(query, async () => {
        const { versions } = target;
        // What a link shows is no window by itself, wherever it leads.
        const seen = { ...query, skip: (query.skip ?? 0) + 1 };
        observer.onRead({ machine: machine.name, tenantId, query: seen, versions, isWhole: false });
        return toPage(query, versions, links.repeat(target));
      });
    observer.onSpoilt(machine.name, tenantId, 'link');
    await followForeign({ source: teller.source, tenantId, nowMs: time.now() }, nextLink);
    throw new Error('The adapter has followed a link to another host');
  }

  async function get(
    incidentId: string,
    asked: Pick<IncidentQuery, 'withoutAlerts'> = {},
  ): Promise<ObservedIncident | undefined> {
    try {
      const { answer } = await call(async () => {
        await spoiler.failById(incidentId);
        const current = tenant.current(incidentId);
        if (current !== undefined && teller.failsToExpand([current], asked)) await spoiler.failExpanded();
        return current;
      });
      return answer === undefined ? undefined : teller.tell(answer, asked);
    } catch (error) {
      if (error instanceof AppError) observer.onFailedById(tenantId, incidentId, spoiler.takeCause());
      throw error;
    }
  }

  async function addAlerts(world: GraphWorld, observed: ObservedIncident): Promise<ObservedIncident> {
    const { incidentId } = observed.incident;
    try {
      await call(() => spoiler.failById(incidentId));
      return tellMoreAlerts(world, tenantId, observed);
    } catch (error) {
      if (error instanceof AppError) observer.onFailedById(tenantId, incidentId, spoiler.takeCause());
      throw toMissingAlerts(error, observed);
    }
  }

  return {
    source: teller.source,
    maxTop: teller.maxTop,
    statuses: teller.statuses,
    list: (query) => readPage(query, () => answerPage(query, query.skip ?? 0)),
    follow,
    get,
    ...(graph !== undefined && { addAlerts: (observed) => addAlerts(graph, observed) }),
    dropToken: () => undefined,
  };
}

function noteRead(
  world: World,
  { source, maxTop, pageCap }: Teller,
  { top, skip = 0 }: IncidentQuery,
  count: number,
): void {
  if (world.graph !== undefined) note(world, `listed by ${source}`);
  if (world.traits.order === 'unordered' && count > 1) note(world, 'unordered page');
  if (count >= Math.min(top, maxTop, pageCap)) note(world, 'page split');
  if (skip >= Math.min(maxTop, pageCap)) note(world, 'tie passes');
}

const THROTTLED_BODY =
  'API calls quota exceeded! Maximum allowed 50 calls per 1 minute. You can send requests again in';

function failAtRandom(world: World, machine: Machine, source: SourceName): void {
  const { random, faults, time } = world;
  if (random.chance(faults.throttled)) {
    disturb(world, machine);
    throw throttle(world, source, 1 + random.below(random.pick([20, 90])));
  }
  if (!random.chance(faults.sourceError)) return;
  disturb(world, machine);
  note(world, 'source error');
  const failed = { status: 503, headers: new Headers(), bodyText: '', answeredAtMs: time.now() };
  throw toSourceFailure(source, failed, 'list incidents');
}

/** The three forms in which the service says how long to wait, and none. */
function throttle(world: World, source: SourceName, seconds: number): AppError {
  const answeredAtMs = Math.floor(world.time.now() / 1_000) * 1_000;
  const [event, header, bodyText] = world.random.pick([
    ['429 with seconds', String(seconds), ''],
    ['429 with a date', new Date(answeredAtMs + seconds * 1_000).toUTCString(), ''],
    [
      '429 with seconds in the body',
      null,
      JSON.stringify({ error: { message: `${THROTTLED_BODY} ${seconds} seconds` } }),
    ],
    ['429 without a hint', null, ''],
  ] as const);
  note(world, event);
  const headers = new Headers(header === null ? {} : { 'retry-after': header });
  return toSourceFailure(source, { status: 429, headers, bodyText, answeredAtMs }, 'list incidents');
}

function describe(
  { updatedFrom, updatedTo, createdFrom, createdTo, status, top }: IncidentQuery,
  skip: number,
): string {
  const time = (at: Ticks | undefined): string => (at === undefined ? '' : formatTicks(at).slice(5));
  const created =
    createdFrom === undefined && createdTo === undefined ? '' : ` created [${time(createdFrom)}, ${time(createdTo)})`;
  return `[${time(updatedFrom)}, ${time(updatedTo)})${created} ${status ?? ''} top ${top} skip ${skip}`;
}
