import type { JSX } from 'preact';
import { useBoard } from './board-context.ts';
import { freshnessOf } from './freshness.ts';

/** How far the data of one customer can be believed. */
export function TenantNote({ tenantId }: { tenantId: string }): JSX.Element | null {
  const { tenants, open, nowMs } = useBoard();
  const tenant = tenants.value?.find((one) => one.tenantId === tenantId);
  const coverage = open.value?.coverage;
  if (tenant === undefined || coverage === undefined) return null;
  const blind = coverage.blind.find((one) => one.tenantId === tenantId);
  const { kind, sentence } = freshnessOf(tenant, blind, nowMs, coverage.blindCount === coverage.blind.length);
  return (
    <p class={`note ${kind === 'blind' ? 'bad' : 'good'}`}>
      This customer is {sentence.charAt(0).toLowerCase() + sentence.slice(1)}.
    </p>
  );
}
