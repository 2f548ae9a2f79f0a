import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { incidentKey } from './incident-key.ts';
import type { BlindTenant } from '../../../shared/domain/views/coverage.ts';

/** A list of open incidents, and the customers at the time. */
export interface ReadList {
  items: readonly ListedIncident[];
  isCut: boolean;
  tenants: readonly { tenantId: string; blind: BlindTenant | undefined }[];
}

/** What somebody has looked at. */
export interface Look {
  /** Keys of the open incidents that were listed then. */
  seen: ReadonlySet<string>;
  /** The newest update among them. */
  newestUpdate: string;
  atMs: number;
}

export function lookAt({ items }: ReadList, atMs: number): Look {
  const newestUpdate = items.reduce((newest, { lastUpdateTime }) => maxText(newest, lastUpdateTime), '');
  return { seen: new Set(items.map(incidentKey)), newestUpdate, atMs };
}

const maxText = (a: string, b: string): string => (a > b ? a : b);

/**
 * Open incidents that were not listed when somebody looked. Those that a first read or a catch-up brings are of the past; in a
 * list that is cut off, one may come up from below only because others were closed.
 */
export function findNews(look: Look, { items, isCut }: ReadList, reading: ReadonlySet<string>): ListedIncident[] {
  return items.filter(
    (incident) =>
      !look.seen.has(incidentKey(incident)) &&
      !reading.has(incident.tenantId) &&
      !(isCut && incident.lastUpdateTime <= look.newestUpdate),
  );
}

/** Customers whose past is being read. */
export function listReading({ tenants }: ReadList): string[] {
  return tenants.flatMap(({ tenantId, blind }) => (blind?.kind === 'reading' ? [tenantId] : []));
}

/** `3 new, 1 High`. */
export function describeNews(news: readonly ListedIncident[]): string {
  const high = news.filter(({ severity }) => severity === 'high').length;
  return `${news.length.toLocaleString('en')} new${high === 0 ? '' : `, ${high.toLocaleString('en')} High`}`;
}
