import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { IncidentDetail } from '../../../shared/domain/views/incident-detail.ts';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { portalLinks } from '../evidence/portal-links.ts';
import { label } from '../model/describe-change.ts';
import { customerName } from '../model/select-incidents.ts';
import { OutsideText, toOutsideText } from '../parts/outside-text.tsx';
import { SeverityMark } from '../parts/severity-mark.tsx';
import { useKeys } from '../parts/use-keys.ts';
import { attackSentence } from './attack-sentence.ts';
import { OpenSentence } from './open-sentence.tsx';

/** "High · Tailspin Toys · 100294". */
export const titleOf = (incident: ListedIncident): string =>
  [label(incident.severity), customerName(incident), incident.incidentId].join(' · ');

interface Props {
  /** The whole incident, or while that is read what the list knows of it. */
  incident: ListedIncident;
  detail: IncidentDetail | undefined;
}

export function StoryHead({ incident, detail }: Props): JSX.Element {
  const title = useRef<HTMLHeadingElement>(null);
  const portal = portalLinks(incident)?.incident;
  const sentence = detail === undefined ? undefined : attackSentence(detail);
  useEffect(() => {
    // Whoever comes from the list reads on here; a button that was pressed keeps the focus.
    if (document.activeElement === document.body) title.current?.focus({ preventScroll: true });
  }, []);
  useKeys({
    o: () => {
      if (portal !== undefined) open(portal, '_blank', 'noopener,noreferrer');
    },
  });
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
        {detail !== undefined && <OpenSentence detail={detail} />}
      </div>
      {portal !== undefined && (
        <a class="button primary" href={portal} target="_blank" rel="noopener noreferrer" title="Key o">
          Open in Defender ↗
        </a>
      )}
    </header>
  );
}
