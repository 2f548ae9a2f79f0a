/** A line of the log with the time at which it was written, in ms since 1970. */
export interface LoggedLine {
  atMs: number;
  /** As Application Insights has it: a name, a blank, JSON. */
  message: string;
}

type Row = Record<string, unknown>;

/**
 * Runs one of the queries in infra/alerts/ on lines, so that tests hold what really alarms. It knows what those queries use of
 * Kusto and refuses all else: `where`, `extend` of a line's name and fields, and `summarize`.
 */
export function runQuery(query: string, lines: readonly LoggedLine[], nowMs = 0): Row[] {
  const dated = query.replace(/\bago\((\d+)h\)/g, (_, hours) => String(nowMs - Number(hours) * 3_600_000));
  const [source = '', ...steps] = dated.trim().split(/\n\| /);
  if (source !== 'traces') throw new Error(`Cannot run a query of ${source}`);
  const rows = lines.map(({ atMs, message }): Row => ({ timestamp: atMs, message }));
  return steps.reduce((before, step) => runStep(step, before), rows);
}

const FIELDS = 'fields = parse_json(substring(message, indexof(message, "{")))';
const NAME = 'name = tostring(split(message, " ")[0]), ';

function runStep(step: string, rows: Row[]): Row[] {
  const [, verb = '', rest = ''] = /^(\w+) (.*)$/s.exec(step) ?? [];
  if (verb === 'where') return rows.filter((row) => evaluate(rest, row) === true);
  if (verb === 'extend' && rest.endsWith(FIELDS)) {
    const before = rest.slice(0, -FIELDS.length);
    if (before !== '' && before !== NAME) throw new Error(`Cannot run the step ${step}`);
    return rows.map((row) => {
      const message = String(row['message']);
      const fields = JSON.parse(message.slice(message.indexOf('{'))) as unknown;
      return { ...row, ...(before === NAME && { name: message.split(' ')[0] }), fields };
    });
  }
  const [, name, of = ''] = (verb === 'extend' ? /^(\w+) = (toint\(.*\))$/.exec(rest) : null) ?? [];
  if (name !== undefined) return rows.map((row) => ({ ...row, [name]: evaluate(of, row) }));
  if (verb === 'summarize') return [summarize(rest, rows)];
  throw new Error(`Cannot run the step ${step}`);
}

/** Without a row there still is one, as in Kusto: sums of nothing are 0, and a maximum of nothing compares with nothing. */
function summarize(text: string, rows: readonly Row[]): Row {
  const result: Row = {};
  for (const part of text.split(/, (?=\w+ = \w+\(|arg_max\()/)) {
    const [, name = '', kind, of = ''] = /^(\w+) = (sum|max|min|countif|sumif|minif)\((.*)\)$/.exec(part) ?? [];
    const latest = /^arg_max\(timestamp, (\w+)\)$/.exec(part);
    if (kind !== undefined) result[name] = aggregate(kind, of, rows);
    else if (latest !== null) {
      const [, name = ''] = latest;
      const last = [...rows].sort((a, b) => Number(a['timestamp']) - Number(b['timestamp'])).at(-1);
      result[name] = last?.[name];
    } else throw new Error(`Cannot run the aggregate ${part}`);
  }
  return result;
}

function aggregate(kind: string, of: string, rows: readonly Row[]): number | undefined {
  const isConditional = kind.endsWith('if');
  const [, before, last] = (isConditional ? /^(?:(.*), )?(.*)$/.exec(of) : null) ?? [];
  const counted = last === undefined ? rows : rows.filter((row) => evaluate(last, row) === true);
  if (kind === 'countif') return counted.length;
  const values = counted.map((row) => Number(evaluate(before ?? of, row)));
  if (kind.startsWith('sum')) return values.reduce((sum, value) => sum + value, 0);
  if (values.length === 0) return undefined;
  return kind === 'max' ? Math.max(...values) : Math.min(...values);
}

const TOKEN = /\s*("[^"]*"|\d+|[A-Za-z_][\w.]*|>=|<=|==|[()<>*,+-])/y;
/** Weakest first. */
const OPERATORS = [
  ['or'],
  ['and'],
  ['>', '>=', '<', '<=', '==', 'startswith', 'has', 'in'],
  ['+', '-'],
  ['*'],
] as const;

function evaluate(text: string, row: Row): unknown {
  const tokens = tokenize(text);
  let at = 0;
  const take = (): string => tokens[at++] ?? '';
  const expect = (token: string): void => {
    const found = take();
    if (found !== token) throw new Error(`Cannot read ${text}: ${token} was expected, there is ${found}`);
  };

  function level(depth: number): unknown {
    const operators: readonly string[] | undefined = OPERATORS[depth];
    if (operators === undefined) return value();
    let left = level(depth + 1);
    while (operators.includes(tokens[at] ?? '')) {
      const operator = take();
      left = operator === 'in' ? list().includes(left) : apply(operator, left, level(depth + 1));
    }
    return left;
  }

  function list(): unknown[] {
    expect('(');
    const values = [value()];
    while (tokens[at] === ',') {
      take();
      values.push(value());
    }
    expect(')');
    return values;
  }

  function value(): unknown {
    const token = take();
    if (token === '(' || ['toint', 'tolong', 'tostring'].includes(token)) {
      if (token !== '(') expect('(');
      const inner = level(0);
      expect(')');
      if (token === 'toint' || token === 'tolong') return Math.trunc(Number(inner ?? Number.NaN));
      return token === 'tostring' ? asText(inner) : inner;
    }
    if (token.startsWith('"')) return token.slice(1, -1);
    if (/^\d/.test(token)) return Number(token);
    return token.split('.').reduce<unknown>((found, name) => (isRow(found) ? found[name] : undefined), row);
  }

  const result = level(0);
  if (at !== tokens.length) throw new Error(`Cannot read ${text} from ${tokens.slice(at).join(' ')} on`);
  return result;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const found = TOKEN.exec(text)?.[1];
    if (found === undefined) throw new Error(`Cannot read ${text}`);
    tokens.push(found);
  }
  return tokens;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

function apply(operator: string, left: unknown, right: unknown): unknown {
  const [a, b] = [Number(left), Number(right)];
  switch (operator) {
    case 'or':
      return left === true || right === true;
    case 'and':
      return left === true && right === true;
    case 'startswith':
      return String(left).startsWith(String(right));
    case 'has':
      return asText(left)
        .split(/[^A-Za-z0-9]+/)
        .includes(String(right));
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '==':
      return left === right;
    case '+':
      return a + b;
    case '-':
      return a - b;
    default:
      return a * b;
  }
}
