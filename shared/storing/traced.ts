import type { TenantId } from '../domain/values/tenant-id.ts';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Table } from '../ports/table.ts';
import type { Span } from '../ports/telemetry.ts';
import { openSession, type TenantSession } from './tenant-session.ts';

/** Work as a span, which ends however the work ends. */
export async function traced<Result>(span: Span, work: (span: Span) => Promise<Result>): Promise<Result> {
  try {
    return await work(span);
  } catch (error) {
    span.fail(codeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** Opens a tenant's session, each of whose commits is a part of `span`. */
export async function openTracedSession(
  { table, clock }: { table: Table; clock: Clock },
  { tenantId, span }: { tenantId: TenantId; span?: Span },
): Promise<TenantSession | undefined> {
  const session = await openSession(table, clock, tenantId);
  if (session === undefined || span === undefined) return session;
  return {
    state: session.state,
    commit: (batch) => traced(span.child('commit'), () => session.commit(batch)),
  };
}

export function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'internal-error';
}
