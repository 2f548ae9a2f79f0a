import type { QueueFronts } from '../domain/collection/queue-front.ts';
import { readSliceMessage } from '../domain/collection/slice.ts';
import type { MessageQueue } from '../ports/message-queue.ts';
import { tableUntil } from '../tables/table-until.ts';
import { collectSlice, type SliceDeps } from './collect-slice.ts';

export interface SliceRun {
  /** The queue that the message came from. */
  from: keyof QueueFronts;
  deliveries: number;
  /** The platform's `traceparent`. */
  caller?: string | undefined;
}

export interface RunSliceDeps {
  collectDeps: SliceDeps;
  sliceQueues: Record<keyof QueueFronts, MessageQueue>;
}

/** Some reads keep nothing of what they have before their end, such as many incidents of one instant: they need the time for all their calls. */
const SLOW_TURN_MS = 300_000;

/** Storing may take at most this long after the last turn: it ends a minute before `functionTimeout` of host.json. */
const STORING_MS = 120_000;

/** Polls the tenants of one message and sends on what is left of it. A storage request that would come too late is not begun. */
export async function runSlice(
  { collectDeps, sliceQueues }: RunSliceDeps,
  message: unknown,
  { from, deliveries, caller }: SliceRun,
): Promise<void> {
  const turnMs = from === 'slowTenants' ? SLOW_TURN_MS : collectDeps.settings.turnMs;
  const { clock, sliceBudgetMs } = collectDeps;
  const table = tableUntil(collectDeps.table, clock, clock.monotonicMs() + sliceBudgetMs + STORING_MS);
  const deps = { ...collectDeps, table, settings: { ...collectDeps.settings, turnMs } };
  for (const { queue, message: rest, delaySeconds } of await collectSlice(
    deps,
    readSliceMessage(message),
    deliveries,
    caller,
  ))
    await sliceQueues[queue === 'same' ? from : 'slowTenants'].send(rest, { delaySeconds });
}
