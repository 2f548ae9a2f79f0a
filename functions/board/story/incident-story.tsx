import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { IncidentDetail } from '../../../shared/domain/views/incident-detail.ts';
import type { Api } from '../data/api.ts';
import { AlsoAt } from '../campaigns/also-at.tsx';
import { useBoard } from '../data/board-context.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { Announcer } from '../evidence/announce.tsx';
import { Assets } from '../evidence/assets.tsx';
import type { DeviceNames } from '../evidence/evidence-kinds.ts';
import { EvidenceTables } from '../evidence/evidence-tables.tsx';
import { portalLinks, type PortalLinks } from '../evidence/portal-links.ts';
import { label } from '../model/describe-change.ts';
import { writeRoute } from '../model/route.ts';
import { customerName } from '../model/select-incidents.ts';
import { OutsideText, toOutsideText } from '../parts/outside-text.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { SeverityMark } from '../parts/severity-mark.tsx';
import { useKeys } from '../parts/use-keys.ts';
import { useTitle } from '../parts/use-title.ts';
import { attackSentence } from './attack-sentence.ts';
import { AttackSteps } from './attack-steps.tsx';
import { AttackStory } from './attack-story.tsx';
import { IncidentFacts } from './incident-facts.tsx';
import { OpenSentence } from './open-sentence.tsx';
import { StoryBar } from './story-bar.tsx';
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
  return (
    <article class="view story" aria-busy={isLoading && value === undefined}>
      <StoryBar tenantId={tenantId} incidentId={incidentId} />
      {error !== undefined && (
        <ProblemNote
          error={error}
          what={value === undefined ? `Incident ${incidentId} cannot be read` : 'It could not be read again'}
          onRetry={refresh}
        />
      )}
      {value === undefined && isLoading && <p role="status">Reading incident {incidentId}…</p>}
      {value !== undefined && <Story detail={value} />}
      <Announcer />
    </article>
  );
}

function Story({ detail }: { detail: IncidentDetail }): JSX.Element {
  const { incident, alerts, mergedInto } = detail;
  const { tenantId, incidentId } = incident;
  const links = useMemo(() => portalLinks(incident), [incident]);
  const devices = useMemo(() => deviceNames(detail), [detail]);
  useTitle(`${label(incident.severity)} · ${customerName(incident)} · ${incidentId}`);
  return (
    <>
      <StoryHead detail={detail} links={links} />
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
      <IncidentFacts incident={incident} />
      <AttackSteps alerts={alerts} />
      <div class="story-body">
        <div class="story-side">
          <AttackStory alerts={alerts} links={links} />
          <Timeline detail={detail} />
        </div>
        <div class="story-side">
          <Assets incident={incident} alerts={alerts} links={links} />
          <EvidenceTables alerts={alerts} devices={devices} />
        </div>
      </div>
    </>
  );
}

function StoryHead({ detail, links }: { detail: IncidentDetail; links: PortalLinks | undefined }): JSX.Element {
  const { incident } = detail;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Whoever comes from the list reads on here; a button that was pressed keeps the focus.
    if (document.activeElement === document.body) title.current?.focus({ preventScroll: true });
  }, []);
  useKeys({
    o: () => {
      if (links?.incident !== undefined) open(links.incident, '_blank', 'noopener,noreferrer');
    },
  });
  const sentence = attackSentence(detail);
  return (
    <header class="story-head">
      <div>
        <p class="kicker">
          <SeverityMark severity={incident.severity} /> <OutsideText text={customerName(incident)} /> · incident{' '}
          {incident.incidentId}
        </p>
        <h1 dir="auto" tabIndex={-1} ref={title}>
          {toOutsideText(incident.name ?? 'Without a name')}
        </h1>
        {sentence !== undefined && <p>{sentence}</p>}
        <OpenSentence detail={detail} />
      </div>
      {links?.incident !== undefined && (
        <a class="button primary" href={links.incident} target="_blank" rel="noopener noreferrer" title="Key o">
          Open in Defender ↗
        </a>
      )}
    </header>
  );
}

/** Evidence names its device by its id only. */
function deviceNames({ incident, alerts }: IncidentDetail): DeviceNames {
  const devices = [...alerts.flatMap((alert) => alert.devices), ...incident.devices];
  return new Map(
    devices.flatMap(({ deviceId, name }) => (deviceId === null || name === null ? [] : [[deviceId, name]])),
  );
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
