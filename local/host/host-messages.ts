import type { LogEntry } from './functions/log-entry.ts';
import type { Host, HostOptions } from './start-host.ts';

/** What a parent may ask of a host in a process of its own. */
export type HostCall =
  | { readonly method: 'runTimerNow'; readonly args: Parameters<Host['runTimerNow']> }
  | { readonly method: 'enqueue'; readonly args: Parameters<Host['enqueue']> }
  | { readonly method: 'idle'; readonly args: Parameters<Host['idle']> }
  | { readonly method: 'stop'; readonly args: Parameters<Host['stop']> };

export type ToHost =
  | { readonly type: 'start'; readonly options: Omit<HostOptions, 'log' | 'env'> }
  | { readonly type: 'call'; readonly id: number; readonly call: HostCall };

export type FromHost =
  | { readonly type: 'started'; readonly host: Pick<Host, 'url' | 'functionKey' | 'functions'> }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'log'; readonly entry: LogEntry }
  | { readonly type: 'answer'; readonly id: number; readonly error: string | null };

/** The channel joins only the two ends of this program, so a message has the form that the other end gave it. */
export function readToHost(message: unknown): ToHost {
  return message as ToHost;
}

export function readFromHost(message: unknown): FromHost {
  return message as FromHost;
}
