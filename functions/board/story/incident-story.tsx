import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { IncidentDetail } from '../../../shared/domain/views/incident-detail.ts';
import type { Api } from '../data/api.ts';
import { AlsoAt } from '../campaigns/also-at.tsx';
import { useBoard } from '../data/board-context.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { Announcer } from '../evidence/announce.tsx';
import { Assets } from '../evidence/assets.tsx';
import type { DeviceNames } from '../evidence/evidence-kinds.ts';
import { EvidenceTables } from '../evidence/evidence-tables.tsx';
import { portalLinks } from '../evidence/portal-links.ts';
import { writeRoute } from '../model/route.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useTitle } from '../parts/use-title.ts';
import { AttackSteps } from './attack-steps.tsx';
import { AttackStory } from './attack-story.tsx';
import { IncidentFacts } from './incident-facts.tsx';
import { StoryBar } from './story-bar.tsx';
import { StoryHead, titleOf } from './story-head.tsx';
import { TenantNote } from './tenant-note.tsx';
import { Timeline } from './timeline.tsx';

interface Props {
  tenantId: string;
  incidentId: string;
}

const REFRESH_MS = 60_000;

/** Everything that is stored of one incident. */
export function IncidentStory({ tenantId, incidentId }: Props): JSX.Element {
  const { api, open } = useBoard();
  // What the list knows of it is shown at once.
  const listed = open.value?.items.find((one) => one.tenantId === tenantId && one.incidentId === incidentId);
  const { value, error, isLoading, refresh } = useLoaded<IncidentDetail>(
    (onPart) => loadStory(api, { tenantId, incidentId }, onPart),
    [api, tenantId, incidentId],
    () => REFRESH_MS,
  );
  const known = value?.incident ?? listed;
  useTitle(known === undefined ? `Incident ${incidentId}` : titleOf(known));
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
      {known !== undefined && <StoryHead incident={known} detail={value} />}
      {value === undefined && isLoading && (
        <p class="skeleton" role="status">
          Reading incident {incidentId}…
        </p>
      )}
      {value !== undefined && <Story detail={value} />}
      <Announcer />
    </article>
  );
}

function Story({ detail }: { detail: IncidentDetail }): JSX.Element {
  const { incident, alerts, mergedInto } = detail;
  const { tenantId } = incident;
  const links = useMemo(() => portalLinks(incident), [incident]);
  const devices = useMemo(() => deviceNames(detail), [detail]);
  return (
    <>
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
