import type { JSX } from 'preact';
import { useBoard } from '../data/board-context.ts';
import { formatAge, formatLocal, formatUtc, formatUtcClock } from '../model/format-time.ts';

interface Props {
  at: string | null;
  /** Says UTC in the text too, not only where the pointer rests; `clock` to the minute, for a column. */
  withUtc?: boolean | 'clock';
  /** "3 min ago" instead of the clock. */
  isRelative?: boolean;
}

/** A time in the viewer's zone, with UTC next to it. */
export function Moment({ at, withUtc = false, isRelative = false }: Props): JSX.Element {
  const { nowMs } = useBoard();
  if (at === null) return <span class="hint">unknown</span>;
  const local = formatLocal(at, nowMs);
  return (
    <time dateTime={at} title={`${local} · ${formatUtc(at)}`}>
      {isRelative ? formatAge(at, nowMs) : local}
      {withUtc !== false && <span class="utc"> · {withUtc === 'clock' ? formatUtcClock(at) : formatUtc(at)}</span>}
    </time>
  );
}
