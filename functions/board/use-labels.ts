import { useMemo } from 'preact/hooks';
import { useBoard } from './board-context.ts';
import type { LabelsByTenant } from './select-incidents.ts';

export function useLabels(): LabelsByTenant {
  const { tenants } = useBoard();
  return useMemo(() => new Map(tenants.value?.map((tenant) => [tenant.tenantId, tenant.labels])), [tenants.value]);
}
