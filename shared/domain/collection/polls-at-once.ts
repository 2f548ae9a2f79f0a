/** Messages that an instance works on at once, of each queue: `batchSize` + `newBatchThreshold` of host.json. */
export const MESSAGES_AT_ONCE = 5;

/** A process that runs the functions of both queues, such as the local host, runs this many polls at once. */
const QUEUES_OF_SLICES = 2;

/** Polls of one process at once. A poll has one call under way at a time. */
export function pollsAtOnce(tenantConcurrency: number): number {
  return QUEUES_OF_SLICES * MESSAGES_AT_ONCE * tenantConcurrency;
}
