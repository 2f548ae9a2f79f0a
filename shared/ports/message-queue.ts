/** A storage queue to send to. Failures are `AppError`s: `queue-unavailable`. */
export interface MessageQueue {
  /** `delaySeconds`: no reader sees it earlier. */
  send(message: object, options?: { delaySeconds?: number }): Promise<void>;
}

/** A queue that is looked at as well. */
export interface PeekableQueue extends MessageQueue {
  /** Up to 32 messages at its front, as they were sent, without taking them; `undefined` for what is not JSON. */
  peek(): Promise<unknown[]>;
}
