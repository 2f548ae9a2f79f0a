import type { ComponentChildren } from 'preact';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { label } from '../model/describe-change.ts';
import { formatDuration } from '../model/format-time.ts';
import type { SortKey } from '../model/incident-filter.ts';
import type { ColumnKey } from '../model/list-look.ts';
import { dueMs, SLA_SEVERITIES, type Sla } from '../model/sla.ts';
import { customerName } from '../model/select-incidents.ts';
import { toProductName } from '../model/words.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { SeverityMark } from '../parts/severity-mark.tsx';

export interface ListColumn {
  title: string;
  sort?: SortKey;
  /** Times, numbers and severities begin with the newest, the most and the worst. */
  startsDescending?: boolean;
  /** Pixels that it needs. */
  least: number;
  /** Its share of what is left. */
  share: number;
  read(incident: ListedIncident, against: { nowMs: number; sla: Sla }): ComponentChildren;
}

const COUNT = { startsDescending: true, least: 56, share: 0 } as const;

/** What is not known is no zero. */
const formatCount = (count: number | null): string => count?.toLocaleString('en') ?? '–';

export const LIST_COLUMNS: Readonly<Record<Exclude<ColumnKey, 'name'>, ListColumn>> = {
  severity: {
    title: 'Severity',
    sort: 'severity',
    startsDescending: true,
    least: 92,
    share: 0,
    read: ({ severity }) => <SeverityMark severity={severity} />,
  },
  customer: {
    title: 'Customer',
    sort: 'customer',
    least: 120,
    share: 1,
    read: (incident) => <OutsideText text={customerName(incident)} />,
  },
  status: { title: 'Status', sort: 'status', least: 84, share: 0, read: ({ status }) => label(status) },
  assigned: {
    title: 'Assigned to',
    sort: 'assigned',
    least: 110,
    share: 1,
    read: ({ assignedTo }) =>
      assignedTo === null || assignedTo === '' ? <em>unassigned</em> : <OutsideText text={assignedTo} />,
  },
  alerts: {
    ...COUNT,
    title: 'Alerts',
    sort: 'alerts',
    read: ({ alertsCount }) => formatCount(alertsCount),
  },
  devices: { ...COUNT, title: 'Devices', sort: 'devices', read: ({ devicesCount }) => formatCount(devicesCount) },
  users: { ...COUNT, title: 'Users', sort: 'users', read: ({ usersCount }) => formatCount(usersCount) },
  product: {
    title: 'Product',
    least: 110,
    share: 1,
    read: ({ serviceSources }) =>
      serviceSources.map((source) => toProductName(source).replace(/^Microsoft Defender for /, '')).join(', '),
  },
  categories: {
    title: 'Categories',
    least: 110,
    share: 1,
    read: ({ categories }) => <OutsideText text={categories.map(label).join(', ')} />,
  },
  tags: {
    title: 'Tags',
    least: 110,
    share: 1,
    read: ({ tags }) => <OutsideText text={tags.join(', ')} />,
  },
  created: {
    title: 'Age',
    sort: 'created',
    startsDescending: true,
    least: 88,
    share: 0,
    read: ({ createdTime }) => <Moment at={createdTime} isRelative />,
  },
  sla: {
    title: 'SLA',
    sort: 'sla',
    least: 116,
    share: 0,
    read: (incident, { nowMs, sla }) => describeDue(dueMs(incident, sla), nowMs),
  },
  updated: {
    title: 'Updated',
    sort: 'updated',
    startsDescending: true,
    least: 148,
    share: 0,
    read: ({ lastUpdateTime }) => <Moment at={lastUpdateTime} withUtc="clock" />,
  },
};

const NAME = { title: 'Incident', sort: 'name', least: 200, share: 4 } as const;

function describeDue(dueAtMs: number | undefined, nowMs: number): ComponentChildren {
  if (dueAtMs === undefined) return '–';
  const [count = '', unit = ''] = formatDuration(Math.abs(dueAtMs - nowMs)).split(' ');
  const time = count === 'under' ? '0 min' : `${count} ${unit}`;
  return dueAtMs < nowMs ? <span class="overdue">{time} over</span> : `${time} left`;
}

/** The title of a column says what it measures against. */
export const titleOf = (key: ColumnKey, sla: Sla): string =>
  key === 'sla' ? `SLA ${SLA_SEVERITIES.map((severity) => sla[severity]).join('/')} h` : columnOf(key).title;

/** `High 4 h, Medium 24 h, Low 72 h after creation`. */
export const explainColumn = (key: ColumnKey, sla: Sla): string | undefined =>
  key === 'sla'
    ? `${SLA_SEVERITIES.map((severity) => `${label(severity)} ${sla[severity]} h`).join(', ')} after creation`
    : undefined;

export const columnOf = (key: ColumnKey): Omit<ListColumn, 'read'> => (key === 'name' ? NAME : LIST_COLUMNS[key]);

const SELECT_PX = 24;
const GAP_PX = 12;
const EDGES_PX = 32;

/** Its UTC is not shown on a screen of medium width. */
const UPDATED_PX = 96;

/** Where the columns stand, and the least width that all of them need. */
export function layColumns(keys: readonly ColumnKey[], isMedium: boolean): { tracks: string; least: number } {
  const columns = keys.map((key) =>
    key === 'updated' && isMedium ? { ...columnOf(key), least: UPDATED_PX } : columnOf(key),
  );
  const tracks = columns.map(({ least, share }) => (share === 0 ? `${least}px` : `minmax(${least}px, ${share}fr)`));
  const least = columns.reduce((sum, column) => sum + column.least + GAP_PX, SELECT_PX + EDGES_PX);
  return { tracks: [`${SELECT_PX}px`, ...tracks].join(' '), least };
}
