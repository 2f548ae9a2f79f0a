import type { ComponentChildren } from 'preact';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { label } from '../model/describe-change.ts';
import type { SortKey } from '../model/incident-filter.ts';
import type { ColumnKey } from '../model/list-look.ts';
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
  read(incident: ListedIncident): ComponentChildren;
}

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
    title: 'Alerts',
    sort: 'alerts',
    startsDescending: true,
    least: 56,
    share: 0,
    read: ({ alertsCount }) => alertsCount?.toLocaleString('en') ?? '–',
  },
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
