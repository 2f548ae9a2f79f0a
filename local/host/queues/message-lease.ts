import type { QueueClient } from '@azure/storage-queue';

export interface MessageLease {
  /** Ends the renewal and answers the receipt that is valid now. */
  end(): Promise<string>;
}

/** Keeps a message hidden for as long as it is worked on, by hiding it anew at half-time. */
export function holdMessage(
  client: QueueClient,
  message: { readonly messageId: string; readonly popReceipt: string },
  hiddenSeconds: number,
  onLost: (error: unknown) => void,
): MessageLease {
  let popReceipt = message.popReceipt;
  let renewal = Promise.resolve();
  const renew = async (): Promise<void> => {
    try {
      const answer = await client.updateMessage(message.messageId, popReceipt, undefined, hiddenSeconds);
      popReceipt = answer.popReceipt ?? popReceipt;
    } catch (error) {
      onLost(error);
    }
  };
  const timer = setInterval(() => {
    renewal = renewal.then(renew);
  }, hiddenSeconds * 500);
  return {
    end: async () => {
      clearInterval(timer);
      await renewal;
      return popReceipt;
    },
  };
}
