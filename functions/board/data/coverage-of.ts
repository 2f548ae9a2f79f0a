import type { BlindTenant, Coverage, SilentTenant } from '../../../shared/domain/views/coverage.ts';
import type { BoardTenant } from './answers.ts';

/** What the API says of all customers, said of some. */
export function coverageOf(tenants: readonly BoardTenant[]): Coverage {
  const blind = tenants.flatMap((tenant) => tenant.blind ?? []);
  const silent = tenants.flatMap((tenant) => toSilentTenant(tenant) ?? []);
  return {
    completeThrough: leastComplete(tenants.filter(({ status }) => !UNCOLLECTED.includes(status))),
    completeThroughExceptBlind: leastComplete(tenants.filter((tenant) => tenant.blind === undefined)),
    blindCount: blind.length,
    readingCount: countKind(blind, 'reading'),
    stoppedCount: countKind(blind, 'stopped'),
    blind: blind.toSorted((a, b) => (a.since ?? '').localeCompare(b.since ?? '')),
    gapCount: tenants.reduce((sum, { gaps }) => sum + gaps.length, 0),
    silentCount: silent.length,
    silent: silent.toSorted((a, b) => a.since.localeCompare(b.since)),
  };
}

/** As the API has it: of one that is blind it is not known. */
function toSilentTenant({ tenantId, displayName, silence, blind }: BoardTenant): SilentTenant | undefined {
  if (silence === null || blind !== undefined) return undefined;
  const { since, usualPauseSeconds } = silence;
  return { tenantId, tenantName: displayName, since, usualPauseSeconds };
}

/** Nothing is promised about them: not read yet, or not any more. */
export const UNCOLLECTED: readonly string[] = ['invited', 'awaiting-approval', 'purging'];

/** The API writes all times alike, so that they sort as text. */
function leastComplete(tenants: readonly BoardTenant[]): string | null {
  const points = tenants.map(({ completeThrough }) => completeThrough ?? '').sort();
  return points[0] === undefined || points[0] === '' ? null : points[0];
}

const countKind = (blind: readonly BlindTenant[], kind: BlindTenant['kind']): number =>
  blind.filter((one) => one.kind === kind).length;

/** Customers that somebody should look at; those that are being read or were stopped on purpose are not among them. */
export const countToLookAt = ({ blindCount, readingCount, stoppedCount }: Coverage): number =>
  blindCount - readingCount - stoppedCount;
