import { readTenantId, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { Random } from '../basics/random.ts';
import type { Hostility } from '../load/load-source.ts';
import type { ClaimFaults } from './crowd-table.ts';

/** How everybody is lost: refused by the API, answered with failures, or not answered. */
export const LOSSES = ['refused', 'down', 'hanging'] as const;
export type Loss = (typeof LOSSES)[number];

export interface CrowdPlan {
  tenantIds: TenantId[];
  hostile: Map<TenantId, Hostility>;
  answerMs: number;
  faults: ClaimFaults | undefined;
  loss: Loss | undefined;
}

/** More than an hour, so that a tenant which is not tried for one is seen. */
export const TICKS = 14;
export const LOST_FROM_TICK = 6;

/** Draws one crowd and what is wrong with it. */
export function pickPlan(random: Random): CrowdPlan {
  const [answerMs, most] = random.pick([
    [150, 130],
    [2_000, 130],
    [6_000, 50],
    [20_000, 20],
  ] as const);
  // As many as the instance can read in an interval, with room to spare.
  const count = most - random.below(most / 4);
  const tenantIds = Array.from({ length: count }, (_, number) => number).flatMap((number) => {
    const tenantId = readTenantId(`00000000-0000-4000-8000-${number.toString().padStart(12, '0')}`);
    return tenantId === undefined ? [] : [tenantId];
  });
  const hanging = Math.floor(count * random.pick([0, 0.1, 0.3, 0.6]));
  const kinds: Hostility[] = [
    ...Array.from({ length: hanging }, (): Hostility => 'slow'),
    ...Array.from({ length: random.below(3) }, (): Hostility => 'huge'),
    ...Array.from({ length: random.below(3) }, (): Hostility => 'failing'),
  ];
  const places = random.shuffle(tenantIds);
  const hostile = new Map(kinds.flatMap((kind, at) => toEntry(places[at], kind)));
  const kind = random.pick(['calm', 'calm', 'faulty', 'lost', 'lost'] as const);
  return {
    tenantIds,
    hostile,
    answerMs,
    faults: kind === 'faulty' ? { lostAnswer: 0.1, lostPartition: 0.02 } : undefined,
    loss: kind === 'lost' ? random.pick(LOSSES) : undefined,
  };
}

const toEntry = (tenantId: TenantId | undefined, kind: Hostility): [TenantId, Hostility][] =>
  tenantId === undefined ? [] : [[tenantId, kind]];

/** What a run has to meet. */
export function describePlan({ hostile, tenantIds, answerMs, loss }: CrowdPlan): string[] {
  const kinds = [...hostile.values()];
  return [
    ...(kinds.filter((kind) => kind === 'slow').length * 4 > tenantIds.length ? ['a quarter hangs'] : []),
    ...(kinds.includes('huge') && answerMs > 6_000 ? ['slow and long source'] : []),
    ...(loss === undefined ? [] : [`everybody ${loss}`]),
  ];
}
