import type { ObservedIncident } from '../../../shared/domain/incidents/incident.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_SECOND, ticksFromMs, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { AppError } from '../../../shared/errors.ts';
import type {
  IncidentPage,
  IncidentQuery,
  IncidentSource,
  TenantIncidents,
} from '../../../shared/ports/incident-source.ts';
import type { Random } from '../basics/random.ts';
import type { VirtualTime } from '../basics/virtual-time.ts';
import { toObserved } from '../source/sim-source.ts';

/** How one tenant holds up whoever reads it. */
export type Hostility = 'slow' | 'huge' | 'failing' | 'flapping';

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
  /** How long a call takes that is answered; `undefined`: 100 to 200 ms. */
  answerMs: number | undefined;
}

const SLOW_MS = 29_000;
const FLAP_MS = 300_000;
/** No hint, shorter than an interval, and a little longer. */
const RETRY_AFTER_MS = [0, 30_000, 60_000, 320_000];

/** A source of many quiet tenants, with a storm of 429 and tenants that hold up whoever reads them. */
export function createLoadSource({ time, random, storm, hostile, answerMs }: LoadSourceOptions): LoadSource {
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
    throw new AppError('throttled', 'Slow down', { ...hint });
  }

  function note(moments: Map<TenantId, number[]>, tenantId: TenantId): void {
    const known = moments.get(tenantId);
    if (known === undefined) moments.set(tenantId, [time.now()]);
    else known.push(time.now());
  }

  /** One that flaps hangs in every other interval. */
  function kindOf(tenantId: TenantId): Hostility | undefined {
    const kind = hostile.get(tenantId);
    const isDown = Math.floor(time.now() / FLAP_MS) % 2 === 0;
    if (kind === 'flapping') return isDown ? 'slow' : undefined;
    return kind;
  }

  const templates = new Map<TenantId, ObservedIncident>();
  function templateOf(tenantId: TenantId): ObservedIncident {
    const template = templates.get(tenantId) ?? toTemplate(tenantId);
    templates.set(tenantId, template);
    return template;
  }

  async function answer(tenantId: TenantId, query: IncidentQuery): Promise<IncidentPage> {
    note(calls, tenantId);
    if (time.now() < (closedUntil.get(tenantId) ?? 0)) earlyCalls += 1;
    const kind = kindOf(tenantId);
    await time.wait(kind === 'slow' ? SLOW_MS : (answerMs ?? 100 + random.below(100)));
    if (kind === 'slow' || kind === 'failing') throw new AppError('source-unavailable', 'Try later');
    throttle(tenantId);
    note(answers, tenantId);
    return toPage(
      kind === 'huge' ? crowd(templateOf(tenantId), query, ticksFromMs(time.now())) : [],
      ticksFromMs(time.now()),
    );
  }

  return {
    source: {
      open: async (tenantId): Promise<TenantIncidents> => ({
        source: 'defender',
        // Small pages of what nobody looks at make the run cheap.
        maxTop: hostile.get(tenantId) === 'huge' ? 10 : 100,
        statuses: [],
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

/** A full page for whatever is asked, so that no window ever ends. What is in it does not matter: hardly any of it is stored. */
function crowd(template: ObservedIncident, { updatedFrom, updatedTo, top }: IncidentQuery, now: Ticks) {
  const step = ((updatedTo ?? now) - updatedFrom) / BigInt(top);
  if (step <= 0n) return [];
  return Array.from({ length: top }, (_, number): ObservedIncident => {
    const updatedAt = updatedFrom + step * BigInt(number);
    return { ...template, updatedAt, incident: { ...template.incident, incidentId: updatedAt.toString() } };
  });
}

function toTemplate(tenantId: TenantId): ObservedIncident {
  return toObserved(tenantId, {
    incidentId: '1',
    order: 1,
    createdAt: ticksFromMs(0),
    updatedAt: ticksFromMs(0),
    visibleAtMs: 0,
    status: 'active',
    severity: 'low',
    redirectIncidentId: null,
    alerts: [],
  });
}
