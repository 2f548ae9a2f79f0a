import type { SourceChoice } from '../domain/incidents/incident.ts';
import type { ReconcileSettings } from '../domain/tenants/reconcile-plan.ts';

export interface CollectSettings extends ReconcileSettings {
  /** Of tenants without a choice of their own. */
  defaultSource: SourceChoice;
  overlapMinutes: number;
  /** The schedule's interval. */
  intervalSeconds: number;
  quietIntervalMinutes: number;
  /** Calls of one turn of one tenant; what is left waits at the end of the queue of slow tenants. */
  callsPerRun: number;
  /** No call of a turn ends later, in ms from its start. */
  turnMs: number;
  /** The same for a tenant whose last poll failed: enough for one call that hangs. */
  failingTurnMs: number;
}
