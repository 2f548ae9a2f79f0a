export type LineFields = Record<string, string | number | boolean | null>;

/** One structured line. Never secrets, tokens, states or incident text: ids, counts, codes and durations only. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: LineFields) => void;
