import { DEFAULT_CALL_LIMITS } from '../../../shared/domain/reading/call-budget.ts';
import type { CollectSettings } from '../../../shared/polling/collect-settings.ts';
/** Between two ticks. */
export const INTERVAL_MS = 300_000;

/** What every simulated collector is set to. */
export const SETTINGS: CollectSettings = {
  defaultSource: 'defender',
  initialLookbackDays: 30,
  overlapMinutes: 30,
  intervalSeconds: INTERVAL_MS / 1_000,
  quietIntervalMinutes: 5,
  callLimits: DEFAULT_CALL_LIMITS,
  callsPerRun: 40,
  turnMs: 180_000,
  failingTurnMs: 45_000,
  reconcileDays: 7,
};
