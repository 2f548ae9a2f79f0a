/** This machine's clocks. Only `monotonicMs` measures durations; `nowMs` may be wrong by minutes and may jump. */
export interface Clock {
  /** Milliseconds since 1970, for log lines and for the very first lookback. */
  nowMs(): number;
  monotonicMs(): number;
  sleep(ms: number): Promise<void>;
}
