/** Returns the result of `work`, or fails with `late()` after `deadlineMs`; the Azure credentials ignore abort signals. */
export async function withDeadline<Value>(work: Promise<Value>, deadlineMs: number, late: () => Error): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(late());
    }, deadlineMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
