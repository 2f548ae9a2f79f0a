import type { JSX } from 'preact';
import { useBoard } from '../data/board-context.ts';
import { formatDuration, formatUtc } from '../model/format-time.ts';
import type { Freshness } from '../parts/freshness.ts';

/** The least lag from which on a customer may count as blind. */
const FULL_MS = 15 * 60_000;

interface Props {
  completeThrough: string | null;
  kind: Freshness['kind'];
}

/** How far a customer's data is behind, as a duration and a bar that is full at a quarter of an hour. */
export function LagBar({ completeThrough, kind }: Props): JSX.Element {
  const { nowMs } = useBoard();
  if (completeThrough === null) return <span class="hint">not read whole yet</span>;
  const lagMs = Math.max(0, nowMs - Date.parse(completeThrough));
  return (
    <span class="lag" title={`Complete up to ${formatUtc(completeThrough)}`}>
      <span class={`bar ${kind}`} aria-hidden="true">
        <span style={{ width: `${Math.min(100, (100 * lagMs) / FULL_MS)}%` }} />
      </span>
      {lagMs < 60_000 ? '< 1 min' : formatDuration(lagMs)}
    </span>
  );
}
