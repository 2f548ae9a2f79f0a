import type { ObservedIncident } from '../../shared/domain/incident.ts';
import type { TenantId } from '../../shared/domain/tenant-id.ts';
import { TICKS_PER_SECOND, ticksFromMs, type Ticks } from '../../shared/domain/ticks.ts';
import { AppError } from '../../shared/errors.ts';
import type {
  IncidentPage,
  IncidentQuery,
  IncidentSource,
  TenantIncidents,
} from '../../shared/ports/incident-source.ts';
import type { Random } from './random.ts';
import { toObserved } from './sim-source.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How one tenant holds up whoever reads it. */
export type Hostility = 'slow' | 'huge' | 'failing';

export interface Storm {
  fromMs: number;
  toMs: number;
  /** Of the calls that are answered 429, 0 to 1. */
  share: number;
}

export interface LoadSource {
  source: IncidentSource;
  /** Moments of all calls, in ms since 1970. */
  calls: ReadonlyMap<TenantId, readonly number[]>;
  /** Calls that were made before the wait was over that the source had asked for. */
  earlyCalls(): number;
  /** Until when the source has asked this tenant's readers to wait, in ms since 1970. */
  closedUntil(tenantId: TenantId): number;
  /** Moments of good answers. */
  answers: ReadonlyMap<TenantId, readonly number[]>;
}

export interface LoadSourceOptions {
  time: VirtualTime;
  random: Random;
  storm: Storm | undefined;
  hostile: ReadonlyMap<TenantId, Hostility>;
}

const SLOW_MS = 29_000;
/** No hint, shorter than an interval, and a little longer. */
const RETRY_AFTER_MS = [0, 30_000, 60_000, 320_000];

/** A source of many quiet tenants, with a storm of 429 and tenants that hold up whoever reads them. */
export function createLoadSource({ time, random, storm, hostile }: LoadSourceOptions): LoadSource {
  const answers = new Map<TenantId, number[]>();
  const closedUntil = new Map<TenantId, number>();
  const calls = new Map<TenantId, number[]>();
  let earlyCalls = 0;

  function throttle(tenantId: TenantId): void {
    const isStorm = storm !== undefined && time.now() >= storm.fromMs && time.now() < storm.toMs;
    if (!isStorm || !random.chance(storm.share)) return;
    const retryAfterMs = random.pick(RETRY_AFTER_MS);
    closedUntil.set(tenantId, time.now() + retryAfterMs);
    const hint = retryAfterMs === 0 ? {} : { retryAfterMs };
    throw new AppError('microsoft', 'throttled', 'Slow down', { retriable: true, ...hint });
  }

  async function answer(tenantId: TenantId, query: IncidentQuery): Promise<IncidentPage> {
    calls.set(tenantId, [...(calls.get(tenantId) ?? []), time.now()]);
    if (time.now() < (closedUntil.get(tenantId) ?? 0)) earlyCalls += 1;
    const kind = hostile.get(tenantId);
    await time.wait(kind === 'slow' ? SLOW_MS : 100 + random.below(100));
    if (kind === 'slow' || kind === 'failing')
      throw new AppError('microsoft', 'source-unavailable', 'Try later', { retriable: true });
    throttle(tenantId);
    const known = answers.get(tenantId) ?? [];
    answers.set(tenantId, [...known, time.now()]);
    return toPage(kind === 'huge' ? crowd(tenantId, query, ticksFromMs(time.now())) : [], ticksFromMs(time.now()));
  }

  return {
    source: {
      open: async (tenantId): Promise<TenantIncidents> => ({
        source: 'defender',
        maxTop: 100,
        list: (query) => answer(tenantId, query),
        follow: () => Promise.reject(new Error('The source of the load sends no links')),
        get: async () => undefined,
        dropToken: () => undefined,
      }),
    },
    calls,
    earlyCalls: () => earlyCalls,
    closedUntil: (tenantId) => closedUntil.get(tenantId) ?? 0,
    answers,
  };
}

function toPage(incidents: ObservedIncident[], now: Ticks): IncidentPage {
  return {
    incidents,
    withoutId: [],
    count: incidents.length,
    sourceStatuses: incidents.length === 0 ? [] : ['Active'],
    nextLink: undefined,
    isPartial: false,
    visibleUntil: now - 2n * TICKS_PER_SECOND,
  };
}

/** A full page for whatever is asked, so that no window ever ends. */
function crowd(tenantId: TenantId, { updatedFrom, updatedTo, top }: IncidentQuery, now: Ticks): ObservedIncident[] {
  const step = ((updatedTo ?? now) - updatedFrom) / BigInt(top);
  if (step <= 0n) return [];
  return Array.from({ length: top }, (_, number) => {
    const updatedAt = updatedFrom + step * BigInt(number);
    return toObserved(tenantId, {
      incidentId: updatedAt.toString(),
      order: 1,
      createdAt: updatedAt,
      updatedAt,
      visibleAtMs: 0,
      status: 'active',
      severity: 'low',
      redirectIncidentId: null,
      alerts: [],
    });
  });
}
