import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Alert } from '../../../shared/domain/incidents/incident.ts';
import { countOf } from '../model/words.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { techniqueOf, toStages, type AttackName } from './kill-chain.ts';

/** The steps of an attack in its order, each with its techniques as ATT&CK names them. */
export function AttackSteps({ alerts }: { alerts: readonly Alert[] }): JSX.Element | null {
  const stages = useMemo(() => toStages(alerts), [alerts]);
  if (stages.length === 0) return null;
  return (
    <ol class="chain" aria-label="Steps of the attack">
      {stages.map((stage) => (
        <li key={stage.name}>
          <p class="stage">
            <AttackLink {...stage} />{' '}
            <span class="hint">
              {countOf(stage.alerts, 'alert')}
              {stage.firstAt !== null && (
                <>
                  {' '}
                  · <Moment at={stage.firstAt} />
                </>
              )}
            </span>
          </p>
          {stage.techniques.length > 0 && <Techniques ids={stage.techniques.map(({ id }) => id)} />}
        </li>
      ))}
    </ol>
  );
}

export function Techniques({ ids }: { ids: readonly string[] }): JSX.Element {
  return (
    <ul class="techniques">
      {ids.map(techniqueOf).map((technique) => (
        <li key={technique.id}>
          <AttackLink {...technique} />
          {technique.name !== technique.id && <span class="hint"> {technique.id}</span>}
        </li>
      ))}
    </ul>
  );
}

function AttackLink({ name, href }: AttackName): JSX.Element {
  if (href === undefined) return <OutsideText text={name} />;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {name}
    </a>
  );
}
