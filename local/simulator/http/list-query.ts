import { readTicks, type Ticks } from '../../../shared/domain/values/ticks.ts';

export type TimeField = 'lastUpdateTime' | 'createdTime';
export type TextField = 'status' | 'assignedTo';
export type TimeOperator = 'eq' | 'ge' | 'gt' | 'le' | 'lt';
export type Condition =
  { field: TimeField; operator: TimeOperator; ticks: Ticks } | { field: TextField; operator: 'eq'; text: string };

export interface ListQuery {
  /** As sent. */
  filter: string | undefined;
  conditions: Condition[];
  top: number;
  skip: number;
}

/** Why a query is refused: the `code` and `message` of the 400 answer. */
export interface QueryProblem {
  code: 'ODataError' | 'BadRequest';
  problem: string;
}

/** The documented page size, also used when `$top` is absent. */
const MAX_TOP = 100;
const CONDITION = /^(\w+) +(\w+) +('(?:[^']|'')*'|[^\s'()]+)(?: +and +|$)/;
/** Edm.DateTimeOffset: a zone is required and more than 7 fraction digits are refused. */
const EDM_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads `$filter`, `$top` and `$skip` as the incidents API documents them. Everything else that starts with `$` is refused,
 * because nothing says that the service understands it.
 */
export function readListQuery(search: URLSearchParams): ListQuery | QueryProblem {
  for (const name of search.keys()) {
    if (!name.startsWith('$')) continue;
    if (!['$filter', '$top', '$skip'].includes(name)) return refuse(`The query option '${name}' is not supported`);
    if (search.getAll(name).length > 1) return refuse(`Query option '${name}' was specified more than once`);
  }
  const top = readCount(search.get('$top'), MAX_TOP);
  const skip = readCount(search.get('$skip'), 0);
  if (top === undefined || skip === undefined) return refuse("Invalid value for '$top' or '$skip' query option");
  if (top > MAX_TOP)
    return { code: 'BadRequest', problem: `The limit of '${MAX_TOP}' for Top query has been exceeded: '${top}'` };
  const filter = search.get('$filter') ?? undefined;
  const conditions = filter === undefined ? [] : readFilter(filter);
  return Array.isArray(conditions) ? { filter, conditions, top, skip } : conditions;
}

function readCount(text: string | null, otherwise: number): number | undefined {
  if (text === null) return otherwise;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function readFilter(filter: string): Condition[] | QueryProblem {
  const conditions: Condition[] = [];
  let rest = filter.trim();
  if (rest === '') return refuse('The $filter expression is empty');
  while (rest !== '') {
    const found = CONDITION.exec(rest);
    if (found === null) return refuse(`Syntax error at position ${filter.length - rest.length} in '${filter}'`);
    const [whole, field = '', operator = '', value = ''] = found;
    const condition = readCondition(field, operator, value);
    if ('problem' in condition) return condition;
    conditions.push(condition);
    rest = rest.slice(whole.length);
  }
  return conditions;
}

function readCondition(field: string, operator: string, value: string): Condition | QueryProblem {
  if (field === 'lastUpdateTime' || field === 'createdTime') return readTimeCondition(field, operator, value);
  if (field === 'status' || field === 'assignedTo') return readTextCondition(field, operator, value);
  return refuse(`Could not find a property named '${field}' that can be filtered on type 'Incident'`);
}

function readTimeCondition(field: TimeField, operator: string, value: string): Condition | QueryProblem {
  if (!isTimeOperator(operator)) return refuse(`The operator '${operator}' is not supported on '${field}'`);
  if (value.startsWith("'"))
    return refuse(
      `A binary operator with incompatible types was detected. Found operand types 'Edm.DateTimeOffset' and 'Edm.String' for '${field}'`,
    );
  const ticks = EDM_TIME.test(value) ? readTicks(value) : undefined;
  return ticks === undefined
    ? refuse(`Unrecognized 'Edm.DateTimeOffset' literal '${value}'`)
    : { field, operator, ticks };
}

function readTextCondition(field: TextField, operator: string, value: string): Condition | QueryProblem {
  if (operator !== 'eq') return refuse(`The operator '${operator}' is not supported on '${field}'`);
  if (!value.startsWith("'")) return refuse(`Unrecognized 'Edm.String' literal '${value}'`);
  return { field, operator, text: value.slice(1, -1).replaceAll("''", "'") };
}

function isTimeOperator(operator: string): operator is TimeOperator {
  return ['eq', 'ge', 'gt', 'le', 'lt'].includes(operator);
}

function refuse(problem: string): QueryProblem {
  return { code: 'ODataError', problem };
}
