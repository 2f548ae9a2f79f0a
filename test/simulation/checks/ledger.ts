import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import type { Gap } from '../../../shared/domain/reading/gaps.ts';
import { encodeId } from '../../../shared/domain/rows/row-keys.ts';
import { ticksFromMs, type Ticks } from '../../../shared/domain/values/ticks.ts';
import type { Telling } from '../source/graph-tellings.ts';
import type { SourceTenant, SourceVersion } from '../source/sim-source.ts';
import type { SpoilCause } from '../source/sim-spoiler.ts';

/** The checker's own book of one tenant: what the source has shown and what commits have contained. */
export interface Ledger {
  tenant: SourceTenant;
  shard: string;
  /** Encoded incident id → order of the version that the `I!` row shows. */
  stored: Map<string, number>;
  /** Versions that were visible as soon as they were dated, and are neither stored nor superseded by a stored one. */
  pending: Set<SourceVersion>;
  /** Orders of the versions that a commit has contained, but for incidents that were deleted since. */
  committed: Set<number>;
  /** Encoded incident id → how the version that its row shows was told. */
  told: Map<string, Telling>;
  /** Order of a version → how often it was told once more: by another source, or with alerts that were missing. */
  retold: Map<number, number>;
  /** What a machine was shown in whole windows and has not yet claimed to have stored. */
  shown: Map<string, Set<SourceVersion>>;
  /** The same of its second reading. */
  shownAgain: Map<string, Set<SourceVersion>>;
  /** What could not be read lately. */
  failed: FailedRead[];
  /** Incidents whose read by id has failed. */
  failedById: Set<string>;
  /** Machine and window → whether the machine's last look at it was one short answer that held all of it. */
  lastLooks: Map<string, Look>;
  /** What was a gap when a machine began: what it reads there is older than the end of its front read. */
  gapsAtStart: Map<string, readonly Gap[]>;
  /** Machines that have read an older part beside the newest one. */
  parted: Set<string>;
  /** Moments of the calls at each source, ascending. */
  calls: Readonly<Record<SourceName, number[]>>;
}

export interface FailedRead {
  machine: string;
  code: string;
  from: Ticks;
  to: Ticks | undefined;
  /** What of the source's trouble made it fail; absent: a fault that came by chance. */
  cause: SpoilCause | undefined;
}

export function openLedger(tenant: SourceTenant, shard: string): Ledger {
  const ledger: Ledger = {
    tenant,
    shard,
    stored: new Map(),
    pending: new Set(),
    committed: new Set(),
    told: new Map(),
    retold: new Map(),
    shown: new Map(),
    shownAgain: new Map(),
    failed: [],
    failedById: new Set(),
    lastLooks: new Map(),
    gapsAtStart: new Map(),
    parted: new Set(),
    calls: { defender: [], graph: [] },
  };
  const expect = (version: SourceVersion): void => {
    if (isOnTime(version)) ledger.pending.add(version);
  };
  for (const versions of tenant.versions.values()) versions.forEach(expect);
  tenant.onAdded(expect);
  return ledger;
}

export interface Look {
  machine: string;
  from: Ticks;
  to: Ticks | undefined;
  isShort: boolean;
}

export const lookKey = (machine: string, from: Ticks, to: Ticks | undefined): string => `${machine} ${from} ${to}`;

const storedOrder = (ledger: Ledger, { incidentId }: SourceVersion): number =>
  ledger.stored.get(encodeId(incidentId)) ?? -1;

export const isStored = (ledger: Ledger, version: SourceVersion): boolean =>
  storedOrder(ledger, version) >= version.order;

export function noteStored(ledger: Ledger, encodedId: string, stored: SourceVersion): void {
  ledger.stored.set(encodedId, stored.order);
  for (const version of ledger.tenant.versions.get(stored.incidentId) ?? [])
    if (version.order <= stored.order) ledger.pending.delete(version);
}

/** Its history is gone with it; what was claimed of it stays true. */
export function noteRemoved({ tenant, committed, told, retold }: Ledger, incidentId: string): void {
  told.delete(encodeId(incidentId));
  for (const { order } of tenant.versions.get(incidentId) ?? []) {
    committed.delete(order);
    retold.delete(order);
  }
}

/** Visible within a millisecond of its own date. */
export function isOnTime({ visibleAtMs, updatedAt }: SourceVersion): boolean {
  return visibleAtMs === 0 || ticksFromMs(visibleAtMs) <= updatedAt + 10_000n;
}

/** What a state row claims to know everything of. */
export interface Claim {
  from: Ticks;
  through: Ticks;
  gaps: readonly Gap[];
}

export function isClaimed({ from, through, gaps }: Claim, { updatedAt }: SourceVersion): boolean {
  return updatedAt >= from && updatedAt < through && !isInGap(gaps, updatedAt);
}

export const isInGap = (gaps: readonly Gap[], at: Ticks): boolean => gaps.some(({ from, to }) => at >= from && at < to);
