import { REQUEST_LIMIT_MS } from '../../shared/domain/reading/request-limit.ts';
import type { TenantState } from '../../shared/domain/tenants/tenant-state.ts';
import type { TenantId } from '../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_MS, type Ticks } from '../../shared/domain/values/ticks.ts';
import { pollTenant } from '../../shared/polling/poll-tenant.ts';
import type { TenantOutcome } from '../../shared/polling/tenant-outcome.ts';
import type { CollectDeps } from '../../shared/polling/tenant-poll.ts';
import type { Log } from '../../shared/ports/log.ts';
import { getTenant } from '../../shared/querying/get-tenant.ts';
import type { Services } from '../../shared/wiring/services.ts';
import { claimTenant } from './claim-tenant.ts';
import { outcomeText } from './collect-text.ts';
import { changeState, withKnownSince, withReadAgain } from './read-again.ts';

export interface CollectJob {
  readonly tenantId: TenantId;
  readonly since: Ticks | undefined;
}

const TIME_LIMIT_MS = 600_000;

/** Claims one tenant and reads it until it is complete, fails or is taken; answers how the last turn ended. */
export async function collectOnce(
  services: Services,
  { tenantId, since }: CollectJob,
  line: (text: string) => void,
): Promise<TenantOutcome> {
  const toRead = (state: TenantState, now: Ticks): TenantState =>
    since === undefined ? state : withReadAgain(state, since, now);
  const tick = await claimTenant(services, tenantId, toRead);
  if (since !== undefined) await changeState(services, tenantId, toRead);
  const deps: CollectDeps = { ...services.collectDeps, log: toLog(line) };
  const outcome = await takeTurns(deps, { tenantId, tick }, line);
  if (since !== undefined && outcome.kind === 'complete')
    await changeState(services, tenantId, (state) => withKnownSince(state, since));
  const { displayName, status, completeThrough, backfill } = await getTenant(services, tenantId);
  const rest =
    backfill === null ? '' : `; ${backfill.percent}% of the older part is read, the schedule goes on with it`;
  line(`${displayName ?? tenantId} is ${status}, complete through ${completeThrough ?? 'nowhere yet'}${rest}`);
  return outcome;
}

async function takeTurns(
  deps: CollectDeps,
  { tenantId, tick }: { tenantId: TenantId; tick: Ticks },
  line: (text: string) => void,
): Promise<TenantOutcome> {
  const deadlineMs = deps.clock.monotonicMs() + TIME_LIMIT_MS;
  let job = { tenantId, tick, deadlineMs, isContinuation: false, isPrepaid: true };
  for (;;) {
    const outcome = await pollTenant(deps, job);
    line(outcomeText(outcome));
    if (outcome.kind !== 'more' || outcome.nextTurnAt === undefined) return outcome;
    const waitMs = Math.max(0, Number((outcome.nextTurnAt - deps.table.serviceTime()) / TICKS_PER_MS));
    if (deps.clock.monotonicMs() + waitMs + REQUEST_LIMIT_MS > deadlineMs) return outcome;
    await deps.clock.sleep(waitMs);
    job = { ...job, tick: deps.table.serviceTime(), isContinuation: true, isPrepaid: false };
  }
}

function toLog(line: (text: string) => void): Log {
  return (level, message, fields = {}) => {
    if (level !== 'info') line(`${level} ${message} ${JSON.stringify(fields)}`);
  };
}
