import type { JSX } from 'preact';
import type { IncidentDetail } from '../../../shared/domain/views/incident-detail.ts';
import { useBoard } from '../data/board-context.ts';
import { formatDay, formatDuration } from '../model/format-time.ts';
import { openTimes, type OpenTimes } from './open-times.ts';

/** Claims only what was seen: before our first read an incident may have been resolved, or have had another owner. */
export function OpenSentence({ detail }: { detail: IncidentDetail }): JSX.Element {
  const { nowMs } = useBoard();
  const { openMs, isOpen, isWhole, reopened, ...owner } = openTimes(detail, nowMs);
  const firstRead = `our first read on ${formatDay(detail.incident.firstCollectedAt)}`;
  if (openMs === 0 && !isOpen && !isWhole)
    return <p class="open-time">Closed before {firstRead}: how long it was open is not known.</p>;
  const open = `${isOpen ? 'Open' : 'Was open'} for ${isWhole ? '' : 'at least '}${formatDuration(openMs)}`;
  return (
    <p class="open-time">
      <strong>{open}</strong>
      {reopened > 0 && ` in all, reopened ${reopened === 1 ? 'once' : `${reopened} times`}`},{' '}
      {ownerPart({ ...owner, openMs }, isWhole ? undefined : firstRead)}.
    </p>
  );
}

type Owner = Pick<OpenTimes, 'openMs' | 'unassignedMs' | 'isUnassigned'>;

function ownerPart({ openMs, unassignedMs, isUnassigned }: Owner, unknownBefore: string | undefined): string {
  const before = unknownBefore === undefined ? '' : ` since before ${unknownBefore}`;
  if (unassignedMs === 0 && !isUnassigned) return before === '' ? 'always assigned' : `assigned${before}`;
  if (unassignedMs === openMs && isUnassigned) return before === '' ? 'unassigned all the time' : `unassigned${before}`;
  const nobody = `unassigned for ${formatDuration(unassignedMs)} of it`;
  return unknownBefore === undefined ? nobody : `${nobody}; what was before ${unknownBefore} is not known`;
}
