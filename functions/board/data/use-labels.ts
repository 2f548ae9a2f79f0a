import { useMemo } from 'preact/hooks';
import type { LabelsByTenant } from '../model/select-incidents.ts';
import { useBoard } from './board-context.ts';

export function useLabels(): LabelsByTenant {
  const { tenants } = useBoard();
  return useMemo(() => new Map(tenants.value?.map((tenant) => [tenant.tenantId, tenant.labels])), [tenants.value]);
}
