import type { Sighting } from '../domain/campaigns/campaign.ts';
import { indexStream, LIST_START } from '../domain/queries/list-position.ts';
import { readIndexPlace, valueRange } from '../domain/rows/row-keys.ts';
import { readMatches } from '../domain/rows/stored-index.ts';
import { SHARDS } from '../domain/values/tenant-id.ts';
import type { Table } from '../ports/table.ts';
import { readMergedPage } from '../querying/read-merged-page.ts';
import { believeRows } from './believe-rows.ts';

export interface Sightings {
  sightings: Sighting[];
  /** There are older incidents that were not read. */
  isCut: boolean;
}

/** The newest incidents first, of all customers together. */
const MAX_SIGHTINGS = 500;

/** Lists where a value was seen at all customers, with one request for each partition and at most eight more. */
export async function readSightings(incidents: Table, encodedValue: string): Promise<Sightings> {
  const range = valueRange(encodedValue);
  const page = await readMergedPage(
    incidents,
    {
      streams: SHARDS.map((shard) => indexStream(shard, range)),
      since: 0n,
      before: 0n,
      pageSize: MAX_SIGHTINGS,
      isFiltered: false,
      matches: () => true,
    },
    LIST_START,
  );
  const { rows, next } = await believeRows(incidents, page);
  return {
    sightings: rows.flatMap(({ rowKey, tenantId, incidentId, properties }) =>
      readMatches(properties).map((match) => ({ tenantId, incidentId, ...readIndexPlace(rowKey), match })),
    ),
    isCut: next !== undefined,
  };
}
