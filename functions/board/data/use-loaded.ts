import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { toShownError, type ApiError } from './api-error.ts';

export interface LoadedValue<Value> {
  /** The newest that is known; while it is read for the first time a part of it. */
  value: Value | undefined;
  error: ApiError | undefined;
  isLoading: boolean;
  loadedAtMs: number | undefined;
  refresh(): void;
}

/** Reads something; what is new shows part by part, what is read again only when it is whole. */
export type Load<Value> = (onPart: (part: Value) => void) => Promise<Value>;

type State<Value> = Omit<LoadedValue<Value>, 'refresh'>;

/** How long a value is valid; a hidden page reads again less often. */
export type Period<Value> = (value: Value | undefined) => number;

/** Loads when `inputs` change, then again and again, and at once when somebody returns to the page. A failure keeps what is known. */
export function useLoaded<Value>(
  load: Load<Value>,
  inputs: readonly unknown[],
  period?: Period<Value>,
): LoadedValue<Value> {
  const [state, setState] = useState<State<Value>>(EMPTY);
  const run = useRef(0);
  const start = useCallback((isFirst: boolean): void => {
    const own = ++run.current;
    const isCurrent = (): boolean => run.current === own;
    setState((before) => (isFirst ? EMPTY : { ...before, isLoading: true }));
    const showPart = (value: Value): void => {
      if (isCurrent() && isFirst) setState((before) => ({ ...before, value }));
    };
    load(showPart).then(
      (value) => {
        if (isCurrent()) setState({ value, error: undefined, isLoading: false, loadedAtMs: Date.now() });
      },
      (error: unknown) => {
        if (isCurrent()) setState((before) => ({ ...before, error: toShownError(error), isLoading: false }));
      },
    );
  }, inputs);
  useEffect(() => {
    start(true);
    return () => {
      run.current += 1;
    };
  }, [start]);
  useRepeated(() => {
    if (!state.isLoading) start(false);
  }, period?.(state.value));
  return {
    ...state,
    refresh: () => {
      start(state.loadedAtMs === undefined);
    },
  };
}

const EMPTY = { value: undefined, error: undefined, isLoading: true, loadedAtMs: undefined } as const;

/** A browser runs a hidden page about once a minute anyway. */
const HIDDEN_MS = 10 * 60_000;

function useRepeated(act: () => void, everyMs: number | undefined): void {
  const newest = useRef(act);
  newest.current = act;
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    let timer: ReturnType<typeof setInterval>;
    const follow = (): void => {
      clearInterval(timer);
      timer = setInterval(
        () => {
          newest.current();
        },
        document.hidden ? Math.max(HIDDEN_MS, everyMs) : everyMs,
      );
    };
    const turn = (): void => {
      if (!document.hidden) newest.current();
      follow();
    };
    follow();
    document.addEventListener('visibilitychange', turn);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', turn);
    };
  }, [everyMs]);
}
