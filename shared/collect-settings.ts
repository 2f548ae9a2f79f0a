import type { ReconcileSettings } from './domain/reconcile-plan.ts';

export interface CollectSettings extends ReconcileSettings {
  overlapMinutes: number;
  /** The schedule's interval. */
  intervalSeconds: number;
  quietIntervalMinutes: number;
  /** Calls of one run of one tenant, before the others of the slice get their turn. */
  callsPerRun: number;
}
