import { randomUUID } from 'node:crypto';
import { RUN_PARTITION } from '../domain/collection/credential-report.ts';
import { poisonKey, TICK_KEY, toTickRow, type TickRecord } from '../domain/collection/run-status.ts';
import { SOURCE_STATE_KEY, toSourceStateRow, type SourceState } from '../domain/collection/source-state.ts';
import type { RowProperties } from '../domain/values/table-row.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';

interface RunDeps {
  table: Table;
  log: Log;
}

/** Remembers for health that a tick went through, and for the next one how far the workers had come. */
export function recordTick(deps: RunDeps, record: TickRecord): Promise<void> {
  return saveRunRow(deps, TICK_KEY, toTickRow(record));
}

/** Remembers what all tenants together say of the Defender API. */
export function recordSourceState(deps: RunDeps, sourceState: SourceState): Promise<void> {
  return saveRunRow(deps, SOURCE_STATE_KEY, toSourceStateRow(sourceState));
}

/** Remembers for health that a message killed its workers. */
export function recordPoison(deps: RunDeps): Promise<void> {
  const at = deps.table.serviceTime();
  return saveRunRow(deps, poisonKey(at, randomUUID()), { v: 1, at: formatTicks(at) });
}

/** What the run itself does must not fail because it could not be noted down. */
async function saveRunRow({ table, log }: RunDeps, rowKey: string, properties: RowProperties): Promise<void> {
  try {
    await table.transact(RUN_PARTITION, [{ kind: 'upsert', rowKey, properties }]);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    log('warn', 'run_status_failed', { code: error.code });
  }
}
