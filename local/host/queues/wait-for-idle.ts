import type { Invoker } from '../functions/create-invoker.ts';
import type { Queue } from './queue-service.ts';

const LOOK_EVERY_MS = 50;

export interface IdleOptions {
  /** By default a minute. */
  readonly timeoutMs?: number;
}

/** Resolves when nothing runs and the queues hold no message, visible or hidden; rejects with what is left. */
export async function waitForIdle(
  invoker: Invoker,
  queues: readonly Queue[],
  { timeoutMs = 60_000 }: IdleOptions = {},
): Promise<void> {
  const endAt = Date.now() + timeoutMs;
  for (;;) {
    const work = await findWork(invoker, queues);
    if (work === undefined) return;
    if (Date.now() > endAt) throw new Error(`Still not idle after ${timeoutMs} ms: ${work}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

// The queues are counted one after the other, so a function that begins meanwhile makes the counts worthless.
async function findWork(invoker: Invoker, queues: readonly Queue[]): Promise<string | undefined> {
  const begun = invoker.begun();
  const running = invoker.running();
  if (running.length > 0) return `${running.join(', ')} running`;
  for (const queue of queues) {
    const { approximateMessagesCount: count = 0 } = await queue.client.getProperties();
    if (count > 0) return `${count} messages in "${queue.name}"`;
  }
  return invoker.begun() === begun ? undefined : 'a function began';
}

/** Waits until nothing runs; answers the names of what still runs at the limit. */
export async function waitForEnd(invoker: Invoker, limitMs: number): Promise<readonly string[]> {
  const endAt = Date.now() + limitMs;
  while (invoker.running().length > 0 && Date.now() < endAt) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS / 5));
  }
  return invoker.running();
}
