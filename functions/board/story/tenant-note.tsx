import type { JSX } from 'preact';
import { useBoard } from '../data/board-context.ts';
import { freshnessOf, type Freshness } from '../parts/freshness.ts';

const LOOKS: Record<Freshness['kind'], string> = {
  fresh: 'good',
  failing: 'warn',
  reading: 'busy',
  waiting: 'busy',
  stopped: 'quiet',
  silent: 'quiet',
  blind: 'bad',
};

/** How far the data of one customer can be believed. */
export function TenantNote({ tenantId }: { tenantId: string }): JSX.Element | null {
  const { tenants, nowMs } = useBoard();
  const tenant = tenants.value?.find((one) => one.tenantId === tenantId);
  if (tenant === undefined) return null;
  const { kind, sentence } = freshnessOf(tenant, nowMs);
  return <p class={`note ${LOOKS[kind]}`}>This customer: {sentence.charAt(0).toLowerCase() + sentence.slice(1)}.</p>;
}
