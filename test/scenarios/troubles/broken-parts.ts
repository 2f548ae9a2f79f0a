import type { RowOperation } from '../../../shared/domain/values/table-row.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type {
  IncidentPage,
  IncidentQuery,
  IncidentSource,
  TenantIncidents,
} from '../../../shared/ports/incident-source.ts';
import type { Table } from '../../../shared/ports/table.ts';

/** The table without the fence: whoever commits last wins. */
export function withoutFence(table: Table): Table {
  return { ...table, transact: (partition, operations) => table.transact(partition, operations.map(withoutCondition)) };
}

function withoutCondition(operation: RowOperation): RowOperation {
  if (operation.kind === 'insert' || operation.kind === 'upsert') return operation;
  const { ifMatch: _ifMatch, ...unconditional } = operation;
  return unconditional;
}

/** What most pollers do: everything up to now, page after page by `$skip`, each page believed. */
export function pagingBySkip(clock: Clock): (source: IncidentSource) => IncidentSource {
  return (source) => ({
    open: async (tenantId) => {
      const reader = await source.open(tenantId);
      return { ...reader, list: (query) => readPages(reader, query, clock) };
    },
  });
}

async function readPages(reader: TenantIncidents, query: IncidentQuery, clock: Clock): Promise<IncidentPage> {
  const whole = { ...query, updatedTo: query.updatedTo ?? ticksFromMs(clock.nowMs()), top: reader.maxTop };
  const first = await reader.list({ ...whole, skip: query.skip ?? 0 });
  const pages = [first];
  for (let page = first; page.count === reader.maxTop; pages.push(page))
    page = await reader.list({ ...whole, skip: pages.reduce((sum, { count }) => sum + count, 0) });
  return { ...first, incidents: pages.flatMap(({ incidents }) => incidents), count: 0 };
}
