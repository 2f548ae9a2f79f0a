/** Ends what test/start-storage.mjs started. */
export default async function stopStorage() {
  await globalThis.stopStorage?.();
}
