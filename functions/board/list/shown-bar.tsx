import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { MOST_OPEN } from '../data/use-board-data.ts';
import { isFiltering, NO_FILTER, type IncidentFilter } from '../model/incident-filter.ts';
import { incidentKey } from '../model/incident-key.ts';
import type { ListLook } from '../model/list-look.ts';
import { countOf } from '../model/words.ts';
import { toIncidentCsv } from '../../../shared/domain/views/incident-csv.ts';
import { CsvButton } from '../parts/csv-button.tsx';
import { describeForCopy } from './describe-for-copy.ts';
import { LookMenu } from './look-menu.tsx';
import type { Looked } from './use-narrowed.ts';
import { wordsOf } from './words-of.ts';

interface Props {
  looked: Looked;
  shown: readonly ListedIncident[];
  filter: IncidentFilter;
  look: ListLook;
  selected: ReadonlySet<string>;
  onChange(filter: IncidentFilter): void;
  onLook(look: ListLook): void;
  onSelect(selected: ReadonlySet<string>): void;
}

/** How many are shown of how many, and what can be done with those that are shown or selected. */
export function ShownBar({ looked: open, shown, filter, look, selected, ...act }: Props): JSX.Element {
  const chosen = shown.filter((incident) => selected.has(incidentKey(incident)));
  const saved = chosen.length > 0 ? chosen : shown;
  return (
    <div class="shown-bar">
      <p class="count" role="status">
        {open.value !== undefined && <span>{describeCount(open, shown.length, filter)}</span>}
        {isFiltering(filter) && (
          <button
            type="button"
            onClick={() => {
              act.onChange({ ...NO_FILTER, sort: filter.sort, isDescending: filter.isDescending });
            }}
          >
            Clear filters
          </button>
        )}
        {open.value !== undefined && (
          <>
            <Selection chosen={chosen} onSelect={act.onSelect} />
            <CsvButton
              isEmpty={saved.length === 0}
              subject="incidents"
              words={['open', ...wordsOf(filter, open.value.tenants)]}
              toCsv={() => toIncidentCsv(saved, { isFirstPart: true, times: 'seconds' })}
            />
          </>
        )}
        {open.value?.isCut === true && (
          <strong class="cut">
            There are more: these are the {countOf(MOST_OPEN, 'open incident')}{' '}
            {open.isWorst ? 'of the highest severity' : 'updated last'}. Severity, status, a whole customer, a label and
            the order by severity look through all of them; other words, assignee and other orders through these.
          </strong>
        )}
      </p>
      <LookMenu look={look} onChange={act.onLook} />
    </div>
  );
}

function describeCount({ value, isLoading, isNarrowed }: Looked, shown: number, filter: IncidentFilter): string {
  const loading = value?.isWhole === false && isLoading ? ' so far, reading on…' : '';
  if (isNarrowed && value?.isCut !== true)
    return `${countOf(shown, 'open incident')}, looked for in all that are stored${loading}`;
  const part = isFiltering(filter) ? `${shown.toLocaleString('en')} of ` : '';
  return `${part}${countOf(value?.items.length ?? 0, 'open incident')}${loading}`;
}

interface SelectionProps {
  chosen: readonly ListedIncident[];
  onSelect(selected: ReadonlySet<string>): void;
}

/** What is selected leaves the list as text; CSV then holds it alone. */
function Selection({ chosen, onSelect }: SelectionProps): JSX.Element | null {
  const [said, setSaid] = useState('');
  if (chosen.length === 0) return null;
  const copy = async (): Promise<void> => {
    const text = describeForCopy(chosen);
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied.');
    } catch {
      prompt('Copy it with Ctrl+C', text);
    }
  };
  return (
    <>
      <strong>{chosen.length.toLocaleString('en')} selected</strong>
      <button type="button" onClick={() => void copy()}>
        Copy
      </button>
      <button
        type="button"
        onClick={() => {
          setSaid('');
          onSelect(new Set());
        }}
      >
        Select none
      </button>
      {said !== '' && <span>{said}</span>}
    </>
  );
}
