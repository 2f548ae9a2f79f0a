import type { SourceChoice } from '../../../shared/domain/incidents/incident.ts';
import type { KnownTenant } from '../../../shared/domain/views/coverage.ts';
import type { Health } from '../../../shared/domain/views/health.ts';
import type { Log } from '../../../shared/ports/log.ts';
import { createCoverageReader } from '../../../shared/querying/coverage-reader.ts';
import { getHealth } from '../../../shared/querying/get-health.ts';
import { createTenantNames } from '../../../shared/querying/tenant-names.ts';
import { createCredentialReporter } from '../../../shared/sources/report-credential.ts';
import { findFiring, readAlertRules } from '../../infra/alert-rules.ts';
import type { LoggedLine } from '../../infra/run-query.ts';
import { INTERVAL_MS, type Collector } from '../cloud/collector.ts';
import { defaultSource } from '../cloud/default-source.ts';
import type { World } from '../cloud/scenario-cloud.ts';

const SETTINGS = { intervalSeconds: INTERVAL_MS / 1_000, quietIntervalMinutes: 5 };
/** They tell of timers that these scenarios do not run. */
const OF_OTHER_TIMERS = ['clean-up-behind', 'campaigns-behind'];
const rules = readAlertRules().filter(({ name }) => !OF_OTHER_TIMERS.includes(name));

/** What `GET /health` answers, and what the answers about tenants are made of. */
export async function askOperatorView(
  { incidents: { table }, tenants, time }: World,
  choice: SourceChoice = defaultSource(),
): Promise<{
  health: Health;
  known: KnownTenant[];
  settings: typeof SETTINGS;
}> {
  const coverage = createCoverageReader(table, createTenantNames(tenants.table, time), SETTINGS, time);
  return {
    health: await getHealth({ incidents: table, coverage, settings: SETTINGS, defaultSource: choice }),
    known: await coverage.known(0),
    settings: SETTINGS,
  };
}

/** The log as Application Insights gets it, and what the alerts make of it. */
export interface Monitor {
  /** Since it was made. */
  minutes(): number;
  firing(): string[];
  /** Runs one tick and keeps what it and the worker after it have logged. */
  watch(collector: Collector, tick: () => Promise<unknown>): Promise<void>;
}

export function createMonitor({ time, incidents }: World): Monitor {
  const lines: LoggedLine[] = [];
  const startMs = time.nowMs();
  const reporters = new WeakMap<Collector, (log: Log) => Promise<void>>();
  return {
    minutes: () => (time.nowMs() - startMs) / 60_000,
    firing: () => findFiring(rules, lines, time.nowMs()),
    watch: async (collector, tick) => {
      const before = collector.log.length;
      await tick();
      const { credential } = collector;
      const report =
        reporters.get(collector) ?? createCredentialReporter({ credential, table: incidents.table, clock: time });
      reporters.set(collector, report);
      const reported: { message: string; fields: object }[] = [];
      await report((_level, message, fields = {}) => reported.push({ message, fields }));
      for (const { message, fields } of [...collector.log.slice(before), ...reported])
        lines.push({ atMs: time.nowMs(), message: `${message} ${JSON.stringify(fields)}` });
    },
  };
}
