import { useEffect, useRef, useState } from 'preact/hooks';
import type { LoadedValue } from './use-loaded.ts';

export interface SteadyValue<Value> extends LoadedValue<Value> {
  /** Something newer was read and waits. */
  isWaiting: boolean;
  /** Shows it. */
  show(): void;
}

/** Whoever has not moved the pointer for this long is not about to click. */
const STILL_MS = 30_000;
const LOOK_AGAIN_MS = 1_000;

/**
 * The value as the page shows it: what is read again waits while the pointer moves over a list, as its rows would move under it.
 * Value and time belong together: an older list is never said to be as new as a newer one.
 */
export function useSteady<Value>(loaded: LoadedValue<Value>, heldBy: string): SteadyValue<Value> {
  const shown = useRef(loaded);
  const movedAtMs = useRef(0);
  const [, drawAgain] = useState(0);
  const isHeld = (): boolean =>
    Date.now() - movedAtMs.current < STILL_MS && document.querySelector(`${heldBy}:hover`) !== null;
  const isFirst = shown.current.loadedAtMs === undefined;
  if (shown.current.value !== loaded.value && (isFirst || !isHeld())) shown.current = loaded;
  const isWaiting = shown.current.value !== loaded.value;
  useEffect(() => {
    const move = (): void => {
      movedAtMs.current = Date.now();
    };
    document.addEventListener('pointermove', move, { passive: true });
    return () => {
      document.removeEventListener('pointermove', move);
    };
  }, []);
  useEffect(() => {
    if (!isWaiting) return undefined;
    const timer = setInterval(() => {
      drawAgain((count) => count + 1);
    }, LOOK_AGAIN_MS);
    return () => {
      clearInterval(timer);
    };
  }, [isWaiting]);
  const show = (): void => {
    movedAtMs.current = 0;
    drawAgain((count) => count + 1);
  };
  return {
    ...loaded,
    value: shown.current.value,
    loadedAtMs: isWaiting ? shown.current.loadedAtMs : loaded.loadedAtMs,
    isWaiting,
    show,
    refresh: () => {
      movedAtMs.current = 0;
      loaded.refresh();
    },
  };
}
