import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { findNews, listReading, lookAt, type Look } from '../model/find-news.ts';
import { incidentKey } from '../model/incident-key.ts';
import type { ReadIncidents } from './use-board-data.ts';

/** What has come since somebody looked at the page. */
export interface News {
  incidents: readonly ListedIncident[];
  /** `undefined` before the first list was whole. */
  sinceMs: number | undefined;
  has(incident: ListedIncident): boolean;
  /** Whatever is listed now has been looked at. */
  acknowledge(): void;
}

const NONE: readonly ListedIncident[] = [];

/** Whoever leaves the page has looked at what it showed. `newest`: what was read; `shown`: what the page shows of it. */
export function useNews(newest: ReadIncidents | undefined, shown: ReadIncidents | undefined): News {
  const [look, setLook] = useState<Look>();
  const reading = useReading(newest);
  useEffect(() => {
    if (look === undefined && newest?.isWhole === true) setLook(lookAt(newest, Date.now()));
  }, [look, newest]);
  useEffect(() => {
    const leave = (): void => {
      if (document.hidden && shown?.isWhole === true) setLook(lookAt(shown, Date.now()));
    };
    document.addEventListener('visibilitychange', leave);
    return () => {
      document.removeEventListener('visibilitychange', leave);
    };
  }, [shown]);
  const incidents = useMemo(
    () => (look === undefined || newest === undefined ? NONE : findNews(look, newest, reading)),
    [look, newest, reading],
  );
  const keys = useMemo(() => new Set(incidents.map(incidentKey)), [incidents]);
  return {
    incidents,
    sinceMs: look?.atMs,
    has: (incident) => keys.has(incidentKey(incident)),
    acknowledge: () => {
      if (newest !== undefined) setLook(lookAt(newest, Date.now()));
    },
  };
}

/** Whose past was being read at any time while the page was open: what a first read has brought last is of the past too. */
function useReading(newest: ReadIncidents | undefined): ReadonlySet<string> {
  const known = useRef<ReadonlySet<string>>(new Set());
  return useMemo(() => {
    if (newest !== undefined) known.current = new Set([...known.current, ...listReading(newest)]);
    return known.current;
  }, [newest]);
}
