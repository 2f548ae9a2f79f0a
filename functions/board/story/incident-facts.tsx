import type { ComponentChildren, JSX } from 'preact';
import type { IncidentView } from '../../../shared/domain/views/incident-view.ts';
import { label } from '../model/describe-change.ts';
import { toProductName } from '../model/words.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';

/** What an incident is now, in a glance. */
export function IncidentFacts({ incident }: { incident: IncidentView }): JSX.Element {
  const { tags, serviceSources, truncated } = incident;
  return (
    <dl class="facts">
      <Fact name="Status">{label(incident.status)}</Fact>
      <Fact name="Assigned to">
        {incident.assignedTo === null ? <em>nobody</em> : <OutsideText text={incident.assignedTo} />}
      </Fact>
      <Fact name="Classification">{incident.classification === null ? 'none' : label(incident.classification)}</Fact>
      <Fact name="Determination">{incident.determination === null ? 'none' : label(incident.determination)}</Fact>
      {tags.length > 0 && (
        <Fact name="Tags">
          <OutsideText text={tags.join(', ')} />
        </Fact>
      )}
      {serviceSources.length > 0 && <Fact name="Seen by">{serviceSources.map(toProductName).join(', ')}</Fact>}
      <Fact name="Created">
        <Moment at={incident.createdTime} withUtc="clock" />
      </Fact>
      <Fact name="Updated">
        <Moment at={incident.lastUpdateTime} withUtc="clock" />
      </Fact>
      <Fact name="Stored">
        <Moment at={incident.collectedAt} withUtc="clock" />
      </Fact>
      {truncated.length > 0 && <Fact name="Shortened">{truncated.map(label).join(', ')}</Fact>}
    </dl>
  );
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </div>
  );
}
