/** A storage queue to send to. Failures are `AppError`s: `queue-unavailable`, `storage-not-prepared`. */
export interface MessageQueue {
  send(message: object): Promise<void>;
}
