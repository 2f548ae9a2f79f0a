import { RUN_PARTITION } from '../domain/collection/credential-report.ts';
import { readSourceStateRow, SOURCE_STATE_KEY } from '../domain/collection/source-state.ts';
import type { SourceChoice, SourceName } from '../domain/incidents/incident.ts';
import { chosenSource, wantedSource, type TenantState } from '../domain/tenants/tenant-state.ts';
import type { Table } from '../ports/table.ts';

/** Where a tenant is to be read from now. Only of one on `auto` it takes a request to say so. */
export async function findWantedSource(
  { incidents, defaultSource }: { incidents: Table; defaultSource: SourceChoice },
  state: Pick<TenantState, 'ownSource'>,
): Promise<SourceName> {
  if (chosenSource(state, defaultSource) !== 'auto') return wantedSource(state, defaultSource);
  const row = await incidents.get(RUN_PARTITION, SOURCE_STATE_KEY);
  return wantedSource(state, defaultSource, readSourceStateRow(row?.properties).stage === 'retired');
}
