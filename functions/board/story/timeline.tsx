import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { IncidentDetail } from '../../../shared/domain/views/incident-detail.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { toStory, type StoryEntry } from './story.ts';

const SHOWN = 100;
const MAX_TITLE = 300;

/** Who did what about the incident, and what changed in it. */
export function Timeline({ detail }: { detail: IncidentDetail }): JSX.Element {
  const entries = useMemo(() => toStory(detail), [detail]);
  const [most, setMost] = useState(SHOWN);
  return (
    <section aria-labelledby="timeline-title" class="timeline">
      <h2 id="timeline-title">Handling</h2>
      <ol>
        {entries.slice(0, most).map((entry, index) => (
          <TimelineEntry key={`${entry.at} ${index}`} entry={entry} />
        ))}
      </ol>
      {entries.length === 0 && <p class="hint">Nothing is recorded.</p>}
      {entries.length > most && (
        <button
          type="button"
          onClick={() => {
            setMost(most + SHOWN);
          }}
        >
          Show older ({entries.length - most})
        </button>
      )}
    </section>
  );
}

function TimelineEntry({ entry }: { entry: StoryEntry }): JSX.Element {
  const { at, kind, title, lines, noticed } = entry;
  return (
    <li class={kind}>
      <p class="when">
        <Moment at={at} withUtc />
      </p>
      <p class="what">
        <OutsideText text={title} most={MAX_TITLE} />
      </p>
      {noticed !== undefined && (
        <p class="more">
          {noticed.how} <Moment at={noticed.at} />
        </p>
      )}
      {lines.map((line, index) => (
        <p key={index} class="more">
          <OutsideText text={line} />
        </p>
      ))}
    </li>
  );
}
