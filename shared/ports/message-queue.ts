/** A storage queue to send to. Failures are `AppError`s: `queue-unavailable`, `storage-not-prepared`. */
export interface MessageQueue {
  /**
   * After `lifetimeSeconds`, at least 1, the queue drops a message that no worker has taken. `delaySeconds`: no reader sees it
   * earlier.
   */
  send(message: object, options?: { lifetimeSeconds?: number; delaySeconds?: number }): Promise<void>;
}

/** A queue that is looked at as well. */
export interface PeekableQueue extends MessageQueue {
  /** Up to 32 messages at its front, as they were sent, without taking them; `undefined` for one that is not JSON. */
  peek(): Promise<unknown[]>;
}
