/** A storage queue to send to. Failures are `AppError`s: `queue-unavailable`, `storage-not-prepared`. */
export interface MessageQueue {
  /** After `lifetimeSeconds`, at least 1, the queue drops a message that nobody has taken. */
  send(message: object, lifetimeSeconds: number): Promise<void>;
}
