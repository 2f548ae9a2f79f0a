import { DEFAULT_SLA, readSla, writeSla, type Sla } from './sla.ts';

/** The columns of the list in their order. The title is always shown. */
export const COLUMN_KEYS = [
  'severity',
  'name',
  'customer',
  'status',
  'assigned',
  'alerts',
  'devices',
  'users',
  'product',
  'categories',
  'tags',
  'created',
  'sla',
  'updated',
] as const;
export type ColumnKey = (typeof COLUMN_KEYS)[number];

export const GROUPINGS = ['none', 'customer', 'title'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** How the list looks, whatever it shows. */
export interface ListLook {
  columns: readonly ColumnKey[];
  group: Grouping;
  isDense: boolean;
  /** What the column SLA measures against. */
  sla: Sla;
}

export const PLAIN_LOOK: ListLook = {
  columns: ['severity', 'name', 'customer', 'status', 'assigned', 'created', 'updated'],
  group: 'none',
  isDense: false,
  sla: DEFAULT_SLA,
};

/** What a link says of the look; `undefined` where it leaves it to the browser. */
export function readLook(parameters: URLSearchParams): ListLook | undefined {
  const text = (name: string): string => parameters.get(name) ?? '';
  const [columns, group, rows, sla] = [text('columns'), text('group'), text('rows'), text('sla')];
  if ([columns, group, rows, sla].every((one) => one === '')) return undefined;
  return {
    columns: columns === '' ? PLAIN_LOOK.columns : withName(columns.split(',')),
    group: GROUPINGS.find((one) => one === group) ?? PLAIN_LOOK.group,
    isDense: rows === 'dense',
    sla: readSla(sla),
  };
}

/** Only what differs from the plain look. */
export function writeLook(look: ListLook): Record<string, string> {
  const { columns, group, isDense, sla } = look;
  return {
    columns: columns.join() === PLAIN_LOOK.columns.join() ? '' : columns.join(),
    group: group === PLAIN_LOOK.group ? '' : group,
    rows: isDense ? 'dense' : '',
    sla: writeSla(sla) === writeSla(DEFAULT_SLA) ? '' : writeSla(sla),
  };
}

export const isPlainLook = (look: ListLook): boolean => Object.values(writeLook(look)).every((value) => value === '');

export function withColumn(columns: readonly ColumnKey[], key: ColumnKey, isShown: boolean): ColumnKey[] {
  return withName(isShown ? [...columns, key] : columns.filter((one) => one !== key));
}

const withName = (columns: readonly string[]): ColumnKey[] =>
  COLUMN_KEYS.filter((key) => key === 'name' || columns.includes(key));
