import type { LogEntry } from '../../host/functions/log-entry.ts';
import { formatClock } from './format-text.ts';
import { readLogLine, tickLine, type TickSum } from './tick-line.ts';

export interface TickReport {
  record(entry: LogEntry): void;
  /** Shows the last tick and from now on each; before, only what went wrong was shown. */
  showTicks(): void;
}

export interface TickReportParts {
  readonly line: (text: string) => void;
  readonly nameOf: (tenantId: string) => string;
  readonly now: () => Date;
}

interface OpenTick extends TickSum {
  slicesLeft: number;
}

/** Makes one line a tick of what the functions log: the tick's own line and those of the slices that it sent. */
export function createTickReport({ line, nameOf, now }: TickReportParts): TickReport {
  let isShown = false;
  let open: OpenTick | undefined;
  let unseen: TickSum | undefined;
  const flush = (): void => {
    if (open !== undefined && isShown) line(tickLine(open));
    else unseen = open ?? unseen;
    open = undefined;
  };
  const warn = (text: string): void => {
    line(`${formatClock(now())}  ${text}`);
  };
  const recordUser = (name: string, fields: Record<string, unknown>): boolean => {
    if (name === 'tick') {
      flush();
      open = { ...emptySum(now()), due: count(fields['dueTenants']), slicesLeft: count(fields['slices']) };
    } else if (name === 'slice')
      // A long first read outlives its tick.
      open = addSlice(open ?? { ...emptySum(now()), slicesLeft: 1 }, fields);
    else return false;
    if (open.slicesLeft === 0) flush();
    return true;
  };
  return {
    record: ({ level, message }) => {
      const { name = '', fields = {} } = readLogLine(message) ?? {};
      if (recordUser(name, fields)) return;
      if (name === 'tenant_failed') warn(failureLine(nameOf(String(fields['tenantId'])), fields));
      else if (['warning', 'error', 'critical'].includes(level)) warn(firstLine(message));
    },
    showTicks: () => {
      isShown = true;
      if (unseen !== undefined) line(tickLine(unseen));
    },
  };
}

function emptySum(at: Date): Omit<TickSum, 'slicesLeft'> {
  return { at, due: undefined, polled: 0, calls: 0, stored: 0, failed: 0 };
}

function addSlice(tick: OpenTick, fields: Record<string, unknown>): OpenTick {
  return {
    ...tick,
    polled:
      tick.polled +
      count(fields['tenants']) -
      count(fields['skipped']) -
      count(fields['taken']) -
      count(fields['waiting']),
    calls: tick.calls + count(fields['calls']),
    stored: tick.stored + count(fields['stored']),
    failed: tick.failed + count(fields['failed']),
    slicesLeft: Math.max(0, tick.slicesLeft - 1),
  };
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** A line can stand for several customers that failed with the same code. */
function failureLine(name: string, fields: Record<string, unknown>): string {
  const others = count(fields['tenants']) - 1;
  return `${name}${others > 0 ? ` and ${others} more` : ''} failed: ${String(fields['reason'])}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
