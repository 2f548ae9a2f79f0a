import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { TenantIncidents } from '../../../shared/ports/incident-source.ts';
import { failAs, HANG_MS, isPartialTo, listAnything, refuseCall } from './sim-failures.ts';
import { findRefusal } from './sim-refusals.ts';
import type { SourceVersion } from './sim-source.ts';
import { badKey, FAILURE_KINDS, familyOf, findBad, type FailureKind } from './trouble.ts';
import { note, pass, tell, type Machine, type World } from './world.ts';

/** What made a call fail: one version of a bad incident, or something of the source as a whole. */
export type SpoilCause = SourceVersion | 'by-id' | 'size' | 'alerts' | 'link' | 'outage' | 'refusal';

/** Makes one reader's calls fail as the trouble of its world says. */
export interface Spoiler {
  /** Throws while nothing can be read at all. */
  failWhole(): Promise<void>;
  /** Throws for a list that is too large or holds a bad incident; `true`: it is answered with 206 for that reason. */
  failList(top: number, page: readonly SourceVersion[], window: readonly SourceVersion[]): Promise<boolean>;
  failById(incidentId: string): Promise<void>;
  /** The same would be answered without alerts. */
  failExpanded(): Promise<never>;
  /** Graph tells nothing to an app without the role, the Defender API nothing after its end. */
  refuse(): Promise<void>;
  failLink(): Promise<never>;
  /** What made the last call fail, once. */
  takeCause(): SpoilCause | undefined;
}

export interface Spoilt {
  world: World;
  machine: Machine;
  tenantId: TenantId;
  source: SourceName;
}

export function createSpoiler(
  { world, machine, tenantId, source }: Spoilt,
  onSpoilt: (cause: SpoilCause) => void,
): Spoiler {
  const { time, trouble } = world;
  const asked = () => ({ source, tenantId, nowMs: time.now() });
  const { random } = trouble;
  let lastCause: SpoilCause | undefined;

  function spoil(cause: SpoilCause, kind: string): void {
    lastCause = cause;
    const what = typeof cause === 'string' ? cause : `bad ${cause.incidentId}`;
    tell(world, () => `${machine.name} meets ${kind} at ${tenantId.slice(0, 8)}: ${what}`);
    onSpoilt(cause);
  }

  async function fail(
    cause: SpoilCause,
    kinds: readonly FailureKind[],
    ask: (adapter: TenantIncidents) => Promise<unknown> = listAnything,
  ): Promise<true> {
    const kind = random.pick(kinds);
    if (kind === 'time-out') await pass(world, machine, HANG_MS);
    spoil(cause, kind);
    if (cause === 'by-id') note(world, `bad by id: ${familyOf(kind)}`);
    if (typeof cause !== 'string') {
      note(world, `bad list: ${kind}`);
      for (const event of eventsOf(trouble, tenantId, cause)) note(world, event);
    }
    if (kind === 'status 206') return isPartialTo(asked(), { status: 206 }).then(() => true);
    await failAs(kind, asked(), ask);
    throw new Error(`The adapter has read an answer that fails with ${kind}`);
  }

  return {
    failWhole: async () => {
      lastCause = undefined;
      const outage = trouble.outages.find(({ fromMs, toMs }) => time.now() >= fromMs && time.now() < toMs);
      if (outage !== undefined) {
        note(world, 'source wholly down');
        await fail('outage', outage.kinds);
      }
      const refusal = findRefusal(trouble.refusals, 'api', tenantId, time.now());
      if (refusal === undefined) return;
      note(world, refusal.name);
      spoil('refusal', refusal.name);
      await refuseCall(asked(), refusal);
    },
    refuse: async () => {
      if (source === 'defender') {
        note(world, 'the Defender API has ended');
        spoil('refusal', 'an API that has ended');
        await refuseCall(asked(), { status: 410, error: 'Gone', message: 'This API has been retired.' });
      }
      note(world, 'Graph refuses without its role');
      spoil('refusal', 'a role that is missing');
      await refuseCall(asked(), { status: 403, error: 'Forbidden', message: 'Missing application roles.' });
    },
    failList: async (top, page, window) => {
      const { size } = trouble;
      const asked = size?.by === 'asked' ? top : page.length;
      if (size !== undefined && asked > size.limit && time.now() < size.untilMs) {
        note(world, `size that fails: ${size.by}`);
        if (size.untilMs === Infinity) note(world, 'size that fails: for life');
        return fail('size', size.kinds);
      }
      const found = findBad(trouble, tenantId, { page, window });
      return found === undefined ? false : fail(found.version, found.how.list);
    },
    failById: async (incidentId) => {
      const kinds = trouble.bad.get(badKey(tenantId, incidentId))?.byId ?? [];
      if (kinds.length === 0) return;
      await fail('by-id', kinds, (adapter) => adapter.get(incidentId));
    },
    failExpanded: async () => {
      await fail('alerts', ['status 500']);
      throw new Error('What cannot be told with its alerts was told');
    },
    failLink: async () => {
      await fail('link', LINK_FAILURES);
      throw new Error('A link that fails was followed');
    },
    takeCause: () => {
      const cause = lastCause;
      lastCause = undefined;
      return cause;
    },
  };
}

function eventsOf({ bad }: World['trouble'], tenantId: TenantId, { incidentId }: SourceVersion): string[] {
  const how = bad.get(badKey(tenantId, incidentId));
  if (how === undefined) return [];
  return [
    `bad list: ${how.place}`,
    `bad list: each ${how.scope} that holds it`,
    ...(how.list.length > 1 ? ['bad list: changing from call to call'] : []),
    ...(how.isLasting ? ['bad list: for good'] : []),
  ];
}

const LINK_FAILURES = FAILURE_KINDS.filter((kind) => kind !== 'status 206');
