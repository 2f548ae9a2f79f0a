import type { ServerResponse } from 'node:http';

/** `date` is the simulator's time as a header has it. */
export type SendRaw = (response: ServerResponse, date: string) => void | Promise<void>;

/** How the bytes leave: `abort` cuts the connection inside the body, `reset` before any answer. */
export type Delivery =
  | { kind: 'plain' }
  | { kind: 'reset' }
  | { kind: 'abort' }
  | { kind: 'drip'; chunkBytes: number; intervalMs: number }
  | { kind: 'raw'; send: SendRaw };

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
  delivery: Delivery;
  delayMs: number;
  items: number;
  isAltered: boolean;
  code: string | undefined;
}

export function jsonAnswer(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return textAnswer(status, JSON.stringify(body), { 'content-type': 'application/json; charset=utf-8', ...headers });
}

export function textAnswer(status: number, body: string | Buffer, headers: Record<string, string> = {}): Answer {
  const delivery: Delivery = { kind: 'plain' };
  return { status, headers, body, delivery, delayMs: 0, items: 0, isAltered: false, code: undefined };
}
