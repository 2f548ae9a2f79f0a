import { formatClock, formatCount } from './format-text.ts';

/** What one tick of the schedule did. */
export interface TickSum {
  readonly at: Date;
  /** Undefined: its tick was shown before. */
  readonly due: number | undefined;
  readonly polled: number;
  readonly calls: number;
  readonly stored: number;
  readonly failed: number;
}

/** `14:02:20  6 tenants due, 6 polled with 6 calls, 2 incidents stored` */
export function tickLine({ at, due, polled, calls, stored, failed }: TickSum): string {
  const parts = [due === undefined ? 'a longer read ended' : `${formatCount(due, 'tenant')} due`];
  if (polled > 0) parts.push(`${polled} polled with ${formatCount(calls, 'call')}`);
  if (polled > 0) parts.push(`${formatCount(stored, 'incident')} stored`);
  if (failed > 0) parts.push(`${failed} failed`);
  return `${formatClock(at)}  ${parts.join(', ')}`;
}

/** A line that the app logged: its name and its fields; `undefined` for any other text. */
export function readLogLine(message: string): { name: string; fields: Record<string, unknown> } | undefined {
  const [, name, json] = /^(\w+) (\{.*\})$/s.exec(message) ?? [];
  if (name === undefined || json === undefined) return undefined;
  try {
    return { name, fields: JSON.parse(json) as Record<string, unknown> };
  } catch {
    return undefined;
  }
}
