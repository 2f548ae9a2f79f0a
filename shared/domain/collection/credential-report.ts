import type { AppError } from '../../errors.ts';
import { BLAMES, type Blame } from '../../errors/error-kind.ts';
import { readErrorCode, type ErrorCode } from '../../errors/error-table.ts';
import type { RowProperties } from '../values/table-row.ts';
import { formatTicks, readTicks, type Ticks } from '../values/ticks.ts';

/** The collecting app's last report on the client credential, for apps that have none themselves. */
export interface CredentialReport {
  /** `undefined`: never, as the credential has no end or its owner gave none. */
  readonly expiresAt: Date | undefined;
  readonly problem: CredentialProblem | undefined;
}

export interface CredentialProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly blame: Blame;
  readonly action: string;
  /** When it was last seen. A worker that still has it says so at each tick: one that is older than some ticks is over. */
  readonly seenAt: Ticks;
  /** The whole run waits, not some tenants only. */
  readonly isStopped: boolean;
}

/** A partition of the table `Incidents` that no shard has: of the run as a whole, not of a tenant. */
export const RUN_PARTITION = 'run';
export const CREDENTIAL_KEY = 'credential';

export function toProblem(error: AppError, isStopped: boolean, seenAt: Ticks): CredentialProblem {
  const { code, message, blame, action } = error;
  return { code, message, blame, action, seenAt, isStopped };
}

export function toReportRow({ expiresAt, problem }: CredentialReport): RowProperties {
  return {
    v: 1,
    ...(expiresAt !== undefined && { expiresAt: expiresAt.toISOString() }),
    ...(problem !== undefined && { problem: JSON.stringify({ ...problem, seenAt: formatTicks(problem.seenAt) }) }),
  };
}

export function readReportRow({ expiresAt, problem }: RowProperties): CredentialReport {
  const end = new Date(typeof expiresAt === 'string' ? expiresAt : Number.NaN);
  return {
    expiresAt: Number.isNaN(end.getTime()) ? undefined : end,
    problem: typeof problem === 'string' ? readProblem(JSON.parse(problem)) : undefined,
  };
}

function readProblem(value: unknown): CredentialProblem | undefined {
  const fields: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  const seenAt = readTicks(fields['seenAt']);
  const { message, action } = fields;
  const code = readErrorCode(fields['code']);
  const blame = BLAMES.find((known) => known === fields['blame']);
  if (seenAt === undefined || blame === undefined) return undefined;
  if (typeof message !== 'string' || typeof action !== 'string') return undefined;
  return { code, message, blame, action, seenAt, isStopped: fields['isStopped'] === true };
}
