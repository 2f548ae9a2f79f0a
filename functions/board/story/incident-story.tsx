import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { IncidentDetail } from '../../../shared/domain/views/incident-detail.ts';
import type { Api } from '../data/api.ts';
import { AlsoAt } from '../campaigns/also-at.tsx';
import { useBoard } from '../data/board-context.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { label } from '../model/describe-change.ts';
import { formatDay, formatDuration } from '../model/format-time.ts';
import { writeRoute } from '../model/route.ts';
import { customerName } from '../model/select-incidents.ts';
import { isTyping } from '../parts/is-typing.ts';
import { OutsideText, toOutsideText } from '../parts/outside-text.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { SeverityMark } from '../parts/severity-mark.tsx';
import { useTitle } from '../parts/use-title.ts';
import { IncidentFacts } from './incident-facts.tsx';
import { openTimes, type OpenTimes } from './open-times.ts';
import { TenantNote } from './tenant-note.tsx';
import { Timeline } from './timeline.tsx';

interface Props {
  tenantId: string;
  incidentId: string;
}

const REFRESH_MS = 60_000;

/** Everything that is stored of one incident. */
export function IncidentStory({ tenantId, incidentId }: Props): JSX.Element {
  const { api } = useBoard();
  const { value, error, isLoading, refresh } = useLoaded<IncidentDetail>(
    (onPart) => loadStory(api, { tenantId, incidentId }, onPart),
    [api, tenantId, incidentId],
    () => REFRESH_MS,
  );
  useEscape();
  return (
    <article class="view story" aria-busy={isLoading && value === undefined}>
      <button
        type="button"
        class="back"
        onClick={() => {
          history.back();
        }}
      >
        ‹ Back
      </button>
      {error !== undefined && (
        <ProblemNote
          error={error}
          what={value === undefined ? `Incident ${incidentId} cannot be read` : 'It could not be read again'}
          onRetry={refresh}
        />
      )}
      {value === undefined && isLoading && <p role="status">Reading incident {incidentId}…</p>}
      {value !== undefined && <Story detail={value} />}
    </article>
  );
}

function Story({ detail }: { detail: IncidentDetail }): JSX.Element {
  const { incident, mergedInto } = detail;
  const { tenantId, incidentId, name, severity, url } = incident;
  useTitle(`${label(severity)} · ${customerName(incident)} · ${incidentId}`);
  return (
    <>
      <header class="story-head">
        <p class="kicker">
          <SeverityMark severity={severity} /> <OutsideText text={customerName(incident)} /> · incident {incidentId}
        </p>
        <h1 dir="auto">{toOutsideText(name ?? 'Without a name')}</h1>
        <OpenSentence detail={detail} />
        {url?.startsWith('https://') === true && (
          <a class="button primary" href={url} target="_blank" rel="noopener noreferrer">
            Open in Defender ↗
          </a>
        )}
      </header>
      {mergedInto !== null && (
        <p class="note warn">
          Merged into{' '}
          <a href={writeRoute({ view: 'incident', tenantId, incidentId: mergedInto })}>incident {mergedInto}</a>; what
          happens next is told there.
        </p>
      )}
      {incident.sourceMissing && (
        <p class="note warn">Microsoft does not show this incident any more; this is what was stored of it.</p>
      )}
      {incident.beyondSourceRetention && (
        <p class="note warn">Open, but older than Microsoft keeps incidents: it will not be updated any more.</p>
      )}
      <AlsoAt {...incident} />
      <TenantNote tenantId={tenantId} />
      <div class="story-body">
        <Timeline detail={detail} />
        <IncidentFacts detail={detail} />
      </div>
    </>
  );
}

/** Claims only what was seen: before our first read an incident may have been resolved, or have had another owner. */
function OpenSentence({ detail }: { detail: IncidentDetail }): JSX.Element {
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

/** Up to 500 alerts and history entries come at a time. */
async function loadStory(
  api: Api,
  { tenantId, incidentId }: Props,
  onPart: (part: IncidentDetail) => void,
): Promise<IncidentDetail> {
  let detail = await api.incident(tenantId, incidentId);
  while (detail.cursor !== null) {
    onPart(detail);
    const next = await api.incident(tenantId, incidentId, { cursor: detail.cursor });
    const alerts = [...detail.alerts, ...next.alerts];
    detail = { ...next, alerts, history: [...detail.history, ...next.history] };
  }
  return detail;
}

function useEscape(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !isTyping(event.target) && document.querySelector('dialog[open]') === null)
        history.back();
    };
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('keydown', onKeyDown);
    };
  }, []);
}
