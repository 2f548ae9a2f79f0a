import type { JSX } from 'preact';
import { isOpen } from '../../../shared/domain/incidents/incident.ts';
import type { Searched } from '../../../shared/domain/views/search-view.ts';
import type { SearchPage } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { kindName } from '../model/kind-name.ts';
import { writeRoute } from '../model/route.ts';
import { countOf, toWords } from '../model/words.ts';
import { CoverageNote } from '../parts/coverage-note.tsx';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { SeverityMark } from '../parts/severity-mark.tsx';
import { describeHoles, describeSearched, groupByKind, markValue, type FoundGroup } from './describe-searched.ts';
import type { SearchHandle } from './use-search.ts';

interface PanelProps extends SearchHandle {
  /** The page says below how far all customers can be believed: here it is said again only where there is more to say. */
  isCoverageSaid: boolean;
}

/** What is found at all customers, and what was looked at to say so. */
export function FoundPanel({ search, readOn, isCoverageSaid }: PanelProps): JSX.Element | null {
  if (search.state === 'none') return null;
  return (
    <section class="found" aria-label="Found at all customers" onKeyDown={moveFocus}>
      {search.state === 'asking' && <p role="status">Searching evidence and titles of all customers…</p>}
      {search.state === 'failed' && (
        <ProblemNote error={search.error} what="The search did not go through" onRetry={readOn} />
      )}
      {search.state === 'found' && (
        <Found page={search.page} isReading={search.isReading} readOn={readOn} isCoverageSaid={isCoverageSaid} />
      )}
    </section>
  );
}

interface FoundProps {
  page: SearchPage;
  isReading: boolean;
  isCoverageSaid: boolean;
  readOn(): void;
}

function Found({ page, isReading, isCoverageSaid, readOn }: FoundProps): JSX.Element {
  const { nowMs } = useBoard();
  const { incidents, cursor, searched, coverage } = page;
  const customers = new Set(incidents.map(({ tenantId }) => tenantId)).size;
  const isEmpty = incidents.length === 0 && cursor === null;
  return (
    <>
      <p role="status" class="found-count">
        {isEmpty ? (
          <strong>Nothing found.</strong>
        ) : (
          <>
            <strong>{countOf(incidents.length, 'incident')}</strong> at {countOf(customers, 'customer')}
            {cursor === null ? '.' : ' so far.'}
          </>
        )}{' '}
        {describeSearched(searched, nowMs)}
      </p>
      <CoverageNote coverage={coverage} hole={describeHoles(searched)} isSaid={isCoverageSaid} />
      {groupByKind(incidents).map((group) => (
        <Group key={group.kind} group={group} searched={searched} />
      ))}
      {cursor !== null && (
        <button type="button" disabled={isReading} onClick={readOn}>
          {isReading ? 'Reading on…' : 'Read on'}
        </button>
      )}
    </>
  );
}

function Group({ group: { kind, entries }, searched }: { group: FoundGroup; searched: Searched }): JSX.Element {
  return (
    <>
      <h2>{kindName(kind)}</h2>
      <ul class="found-list">
        {entries.map(({ incident, match }) => {
          const { tenantId, tenantName, incidentId, name, status, severity, createdTime } = incident;
          const [before, marked, after] = markValue(match.value, searched);
          return (
            <li key={`${tenantId} ${incidentId} ${match.value}`}>
              <a class="found-link" href={writeRoute({ view: 'incident', tenantId, incidentId })}>
                <SeverityMark severity={severity} /> <OutsideText text={tenantName ?? tenantId} />:{' '}
                <OutsideText text={name ?? `Incident ${incidentId}`} most={200} />
              </a>{' '}
              {!isOpen(status) && <span class="closed">closed: {toWords(status)}</span>}{' '}
              <code>
                <OutsideText text={before} />
                <mark>
                  <OutsideText text={marked} />
                </mark>
                <OutsideText text={after} most={300} />
              </code>
              {match.verdict !== null && <> {toWords(match.verdict)}</>}
              {createdTime !== null && (
                <>
                  {' '}
                  <Moment at={createdTime} />
                </>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** The arrows go from one result to the next, and above the first back into the box. */
function moveFocus(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === 'Escape') focusBox();
  if (step === undefined) return;
  const links = [...document.querySelectorAll<HTMLElement>('.found-link')];
  const at = links.findIndex((link) => link === document.activeElement);
  const next = links[at + step];
  event.preventDefault();
  if (next !== undefined) next.focus();
  else if (at + step < 0) focusBox();
}

function focusBox(): void {
  document.getElementById('search')?.focus();
}
