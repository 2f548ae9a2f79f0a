import { CREDENTIAL_KEY, RUN_PARTITION, toProblem, toReportRow } from '../domain/collection/credential-report.ts';
import { AppError } from '../errors.ts';
import type { AppCredential, CredentialStatus } from '../ports/app-credential.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';

export interface CredentialReporterDeps {
  credential: AppCredential;
  table: Table;
  clock: Clock;
}

const DAY_MS = 86_400_000;
const WARN_BEFORE_MS = 30 * DAY_MS;

/**
 * Returns the function that a worker calls after each slice. It logs changes of the credential, and once a day that the credential
 * ends within 30 days. It also keeps the row from which apps without the credential report health. If nothing changed, it makes no
 * request.
 */
export function createCredentialReporter({ credential, table, clock }: CredentialReporterDeps) {
  let told: CredentialStatus | undefined;
  let saved: string | undefined;
  let warnedAtMs = -Infinity;

  async function save(log: Log, { expiresAt, problem, isStopped }: CredentialStatus): Promise<void> {
    const news = JSON.stringify([expiresAt, problem?.code, isStopped]);
    // A lasting problem is written again: several workers share the row, and the worker that found it may be gone.
    if (news === saved && problem === undefined) return;
    const shown = problem === undefined ? undefined : toProblem(problem, isStopped, table.serviceTime());
    const properties = toReportRow({ expiresAt, problem: shown });
    try {
      await table.transact(RUN_PARTITION, [{ kind: 'upsert', rowKey: CREDENTIAL_KEY, properties }]);
      saved = news;
    } catch (error) {
      // The tenants' own rows are stored already: the next slice reports this again.
      if (!(error instanceof AppError)) throw error;
      log('warn', 'credential_report_failed', { code: error.code });
    }
  }

  function warnOfEnd(log: Log, expiresAt: Date | undefined): void {
    const leftMs = expiresAt === undefined ? Infinity : expiresAt.getTime() - clock.nowMs();
    if (expiresAt === undefined || leftMs > WARN_BEFORE_MS || clock.monotonicMs() - warnedAtMs < DAY_MS) return;
    warnedAtMs = clock.monotonicMs();
    log('warn', 'credential_expiring', { expiresAt: expiresAt.toISOString(), daysLeft: Math.floor(leftMs / DAY_MS) });
  }

  return async (log: Log): Promise<void> => {
    const status = credential.status();
    if (status === undefined) return;
    logStop(log, told?.isStopped ?? false, status);
    told = status;
    warnOfEnd(log, status.expiresAt);
    await save(log, status);
  };
}

function logStop(log: Log, wasStopped: boolean, { isStopped, problem }: CredentialStatus): void {
  if (isStopped === wasStopped) return;
  if (isStopped) log('error', 'collection_stopped', { code: problem?.code ?? null, reason: problem?.message ?? null });
  else log('info', 'collection_resumed');
}
