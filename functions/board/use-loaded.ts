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

/** Loads when `inputs` change and, while the page is looked at, again and again. A failure keeps what is known. */
export function useLoaded<Value>(load: Load<Value>, inputs: readonly unknown[], everyMs?: number): LoadedValue<Value> {
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
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) start(false);
    }, everyMs);
    return () => {
      clearInterval(timer);
    };
  }, [start, everyMs]);
  return {
    ...state,
    refresh: () => {
      start(state.loadedAtMs === undefined);
    },
  };
}

const EMPTY = { value: undefined, error: undefined, isLoading: true, loadedAtMs: undefined } as const;
