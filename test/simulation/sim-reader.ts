import { toDefenderFailure } from '../../shared/domain/defender-failure.ts';
import { readDefenderPage } from '../../shared/domain/defender/read-defender-page.ts';
import type { TenantId } from '../../shared/domain/tenant-id.ts';
import { formatTicks, TICKS_PER_SECOND, ticksFromMs, type Ticks } from '../../shared/domain/ticks.ts';
import { AppError } from '../../shared/errors.ts';
import type {
  IncidentPage,
  IncidentQuery,
  IncidentSource,
  TenantIncidents,
} from '../../shared/ports/incident-source.ts';
import { listMatching, type SourceTenant, type SourceVersion } from './sim-source.ts';
import { note, pass, tell, type Machine, type World } from './world.ts';

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
  onCalled(tenantId: TenantId): void;
  onRead(read: AnsweredRead): void;
  /** A window could not be read, or its answer could not be used. */
  onFailed(machine: string, tenantId: TenantId, query: IncidentQuery, code: string): void;
}

export function createSimSource(world: World, machine: Machine, observer: SourceObserver): IncidentSource {
  return {
    open: async (tenantId) => {
      const tenant = world.tenants.get(tenantId);
      if (tenant === undefined) throw new AppError('tenant', 'consent-missing', `No consent in ${tenantId}`);
      observer.onOpened(machine.name, tenantId);
      return openTenant(world, machine, observer, tenant);
    },
  };
}

function openTenant(world: World, machine: Machine, observer: SourceObserver, tenant: SourceTenant): TenantIncidents {
  const { random, time, traits } = world;
  const { tenantId } = tenant;
  const links = new Map<string, { query: IncidentQuery; skip: number }>();

  /** The answer is made at some moment of the request, its `Date` at the end of it. */
  async function call<T>(work: () => T): Promise<{ answer: T; visibleUntil: Ticks }> {
    const startedMs = time.now();
    await pass(world, machine, 5 + random.below(traits.slowestMs));
    observer.onCalled(tenantId);
    failAtRandom(world);
    const answer = work();
    await pass(world, machine, 1 + random.below(50));
    const dateMs = Math.floor(time.now() / 1_000) * 1_000;
    const durationMs = time.now() - startedMs;
    world.afterCall(tenantId);
    return { answer, visibleUntil: ticksFromMs(dateMs - durationMs) - TICKS_PER_SECOND };
  }

  function answerPage(query: IncidentQuery, skip: number): IncidentPage {
    const { maxTop, pageCap } = traits;
    const matching = listMatching(tenant, query, traits, random);
    const full = matching.slice(skip, skip + Math.min(query.top, maxTop, pageCap));
    const isLinked = traits.hasLinks && full.length > 3 && random.chance(0.3);
    const isPartial = random.chance(world.faults.partial);
    const versions = isLinked || isPartial ? full.slice(0, 1 + random.below(full.length)) : full;
    if (versions.some(({ incidentId }) => world.poisoned.has(`${tenantId}|${incidentId}`))) return spoil(world, tenant);
    noteRead(world, query, skip, versions.length);
    tell(world, () => `${machine.name} reads ${tenantId.slice(0, 8)} ${describe(query, skip)}: ${versions.length}`);
    const isWhole = versions.length === matching.length && versions.length < query.top && !isPartial;
    if (isPartial) note(world, 'incomplete answer');
    if (isPartial) observer.onFailed(machine.name, tenantId, query, 'incomplete-answer');
    observer.onRead({ machine: machine.name, tenantId, query: { ...query, skip }, versions, isWhole });
    return {
      incidents: versions.map(tenant.observe),
      withoutId: [],
      count: versions.length,
      sourceStatuses: [...new Set(versions.map(({ status }) => status))],
      // A source that knows links sends one whenever it cuts by itself.
      nextLink:
        traits.hasLinks && versions.length < Math.min(query.top, matching.length - skip)
          ? linkTo(query, skip + versions.length)
          : undefined,
      isPartial,
      visibleUntil: 0n,
    };
  }

  function linkTo(query: IncidentQuery, skip: number): string {
    const link = `link ${links.size}`;
    links.set(link, { query, skip });
    return link;
  }

  async function readPage(query: IncidentQuery, skip: number): Promise<IncidentPage> {
    try {
      const { answer, visibleUntil } = await call(() => answerPage(query, skip));
      return { ...answer, visibleUntil };
    } catch (error) {
      if (error instanceof AppError) observer.onFailed(machine.name, tenantId, query, error.code);
      throw error;
    }
  }

  return {
    source: 'defender',
    maxTop: traits.maxTop,
    list: (query) => readPage(query, query.skip ?? 0),
    follow: (nextLink) => {
      const link = links.get(nextLink);
      if (link === undefined) throw new Error(`The simulated source has sent no link ${nextLink}`);
      return readPage(link.query, link.skip);
    },
    get: async (incidentId) => {
      const { answer } = await call(() => tenant.current(incidentId));
      return answer === undefined ? undefined : tenant.observe(answer);
    },
    dropToken: () => undefined,
  };
}

/** What the real reader makes of an answer that is not JSON. */
function spoil(world: World, { tenantId }: SourceTenant): never {
  note(world, 'spoilt page');
  readDefenderPage('<html>', { tenantId, portalUrl: '', updatedFrom: 0n });
  throw new Error('A spoilt page was read as a good one');
}

function noteRead(world: World, query: IncidentQuery, skip: number, count: number): void {
  const { traits } = world;
  if (traits.order === 'unordered' && count > 1) note(world, 'unordered page');
  if (count >= Math.min(query.top, traits.maxTop, traits.pageCap)) note(world, 'page split');
  if (skip >= Math.min(traits.maxTop, traits.pageCap)) note(world, 'tie passes');
}

const THROTTLED_BODY =
  'API calls quota exceeded! Maximum allowed 50 calls per 1 minute. You can send requests again in';

function failAtRandom(world: World): void {
  const { random, faults, time } = world;
  if (random.chance(faults.throttled)) throw throttle(world, 1 + random.below(random.pick([20, 90])));
  if (!random.chance(faults.sourceError)) return;
  note(world, 'source error');
  const failed = { status: 503, headers: new Headers(), bodyText: '', answeredAtMs: time.now() };
  throw toDefenderFailure(failed, 'list incidents');
}

/** The three forms in which the service says how long to wait, and none. */
function throttle(world: World, seconds: number): AppError {
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
  return toDefenderFailure({ status: 429, headers, bodyText, answeredAtMs }, 'list incidents');
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
