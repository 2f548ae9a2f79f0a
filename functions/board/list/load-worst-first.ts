import type { Api, Query } from '../data/api.ts';
import { loadWithTenants, MOST_OPEN, type ReadIncidents } from '../data/use-board-data.ts';
import { SEVERITY_ORDER } from '../model/select-incidents.ts';

/** The API's lists are ordered by update: the severities are asked for one after the other, until the page holds as many as it can. */
export async function loadWorstFirst(
  api: Api,
  query: Query,
  onPart: (part: ReadIncidents) => void,
): Promise<ReadIncidents> {
  let worse: ReadIncidents | undefined;
  for (const severity of [...SEVERITY_ORDER, 'other']) {
    const before = worse;
    const join = (part: ReadIncidents): ReadIncidents =>
      before === undefined ? part : { ...part, ...saidFirst(before), items: [...before.items, ...part.items] };
    const most = MOST_OPEN - (before?.items.length ?? 0);
    const own = await loadWithTenants(api, { ...query, severity }, most, (part) => {
      onPart(join(part));
    });
    worse = join(own);
    if (own.isCut) return worse;
    onPart({ ...worse, isWhole: false });
  }
  if (worse === undefined) throw new Error('There are no severities');
  return worse;
}

/** Nothing is promised of the later severities that was not true when the first was read. */
const saidFirst = ({ coverage, tenants }: ReadIncidents): Pick<ReadIncidents, 'coverage' | 'tenants'> => ({
  coverage,
  tenants,
});
