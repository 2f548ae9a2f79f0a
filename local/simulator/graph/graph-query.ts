import { readListQuery, type ListQuery, type QueryProblem } from '../http/list-query.ts';

/** Observed: "The limit of '50' for Top query has been exceeded", with an empty code. */
const MAX_TOP = 50;
const MAX_SKIP = 500;
const NAMES: readonly (readonly [graph: RegExp, defender: string])[] = [
  [/\blastUpdateDateTime\b/g, 'lastUpdateTime'],
  [/\bcreatedDateTime\b/g, 'createdTime'],
];

export interface GraphQuery extends ListQuery {
  expands: boolean;
  hasCount: boolean;
}

/** Reads the documented options of Graph's list: `$filter`, `$top`, `$skip`, `$expand` and `$count`. */
export function readGraphQuery(search: URLSearchParams): GraphQuery | QueryProblem | { code: ''; problem: string } {
  const expand = search.get('$expand');
  if (expand !== null && expand !== 'alerts')
    return { code: 'BadRequest', problem: `Could not find a property named '${expand}' on type 'incident'` };
  const rest = new URLSearchParams([...search].filter(([name]) => name !== '$expand' && name !== '$count'));
  const filter = rest.get('$filter');
  if (filter !== null) rest.set('$filter', toDefenderFilter(filter));
  if (!rest.has('$top')) rest.set('$top', String(MAX_TOP));
  if (Number(rest.get('$top')) > MAX_TOP)
    return { code: '', problem: `The limit of '${MAX_TOP}' for Top query has been exceeded.` };
  if (Number(rest.get('$skip') ?? 0) > MAX_SKIP)
    return { code: 'BadRequest', problem: `The limit of '${MAX_SKIP}' for Skip query has been exceeded.` };
  const query = readListQuery(rest);
  if ('problem' in query) return query;
  return {
    ...query,
    filter: filter ?? undefined,
    expands: expand !== null,
    hasCount: search.get('$count') === 'true',
  };
}

/** The truth is kept in the words of the Defender API. */
function toDefenderFilter(filter: string): string {
  if (/\b(lastUpdateTime|createdTime)\b/.test(filter)) return "notAField eq ''";
  const renamed = NAMES.reduce((text, [graph, defender]) => text.replace(graph, defender), filter);
  return renamed.replace(/status eq '([a-z])/, (_, first: string) => `status eq '${first.toUpperCase()}`);
}
