import { RUN_PARTITION } from '../domain/collection/credential-report.ts';
import { poisonRange, readTickRow, TICK_KEY } from '../domain/collection/run-status.ts';
import { readSourceStateRow, SOURCE_STATE_KEY } from '../domain/collection/source-state.ts';
import type { SourceChoice } from '../domain/incidents/incident.ts';
import type { IntervalSettings } from '../domain/tenants/poll-interval.ts';
import { TICKS_PER_DAY } from '../domain/values/ticks.ts';
import { toHealth, type Health } from '../domain/views/health.ts';
import type { Table } from '../ports/table.ts';
import { listAllRows } from '../tables/list-all-rows.ts';
import type { CoverageReader } from './coverage-reader.ts';
import { getCredentialReport } from './get-credential-report.ts';

export interface HealthDeps {
  incidents: Table;
  coverage: CoverageReader;
  /** `intervalSeconds` is the longest time between two ticks. */
  settings: IntervalSettings;
  /** `INCIDENT_SOURCE`. */
  defaultSource: SourceChoice;
}

/**
 * The tenants are read at most once in this time, however many requests come. Other processes change them, and a response that
 * is older than a moment contradicts the list of tenants next to it.
 */
const MAX_AGE_MS = 1_000;

/** Whether anything is collected at all, and what lags: for a monitor that calls every minute. */
export async function getHealth({ incidents, coverage, settings, defaultSource }: HealthDeps): Promise<Health> {
  const [tick, stored, credential, tenants] = await Promise.all([
    incidents.get(RUN_PARTITION, TICK_KEY),
    incidents.get(RUN_PARTITION, SOURCE_STATE_KEY),
    getCredentialReport(incidents),
    coverage.known(MAX_AGE_MS),
  ]);
  const now = incidents.serviceTime();
  const poisoned = await listAllRows(incidents, RUN_PARTITION, poisonRange(now - TICKS_PER_DAY), ['at']);
  const lastTick = tick === undefined ? undefined : readTickRow(tick.properties);
  const sourceState = readSourceStateRow(stored?.properties);
  const facts = { tenants, lastTick, poisoned: poisoned.length, credential, sourceState, now };
  return toHealth(facts, { ...settings, defaultSource });
}
