import type { Alert } from '../incidents/incident.ts';
import type { HistoryEntry } from '../rows/incident-rows.ts';
import type { IncidentView } from './incident-view.ts';

export interface IncidentDetail {
  incident: IncidentView;
  /** The incident that this one was merged into, as far as its chain is stored; `null` for any other. */
  mergedInto: string | null;
  alerts: Alert[];
  /** Newest first. */
  history: HistoryEntry[];
  cursor: string | null;
}
