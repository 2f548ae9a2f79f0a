/** npm passes on the signal that the terminal has sent already, so the second one must come later to mean anything. */
const SAME_KEYPRESS_MS = 500;
const FORCED_EXIT_CODE = 130;

/** Aborted by the first Ctrl-C, a closed terminal or a vanished reader of the output; a second one ends the process. */
export function listenForInterrupts(): AbortSignal {
  const controller = new AbortController();
  let firstMs: number | undefined;
  const interrupt = (): void => {
    const nowMs = performance.now();
    firstMs ??= nowMs;
    if (nowMs - firstMs > SAME_KEYPRESS_MS) process.exit(FORCED_EXIT_CODE);
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  process.stdout.on('error', () => {
    controller.abort();
  });
  return controller.signal;
}
