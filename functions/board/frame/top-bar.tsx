import type { JSX } from 'preact';
import { useBoard } from '../data/board-context.ts';
import { countToLookAt } from '../data/coverage-of.ts';
import type { Person } from '../data/read-principal.ts';
import { formatAgo } from '../model/format-time.ts';
import { NO_FILTER } from '../model/incident-filter.ts';
import { writeRoute, type Route } from '../model/route.ts';
import { NewsNote } from './news-note.tsx';

interface Props {
  route: Route;
  person: Person | undefined;
  onForgetKey: (() => void) | undefined;
  onHelp(): void;
  onRefresh(): void;
}

/** On a phone only its second word is seen. */
const OPEN = 'Open incidents';

const VIEWS: readonly { title: string; views: readonly Route['view'][]; route: Route }[] = [
  { title: OPEN, views: ['incidents', 'incident'], route: { view: 'incidents', filter: NO_FILTER } },
  { title: 'Campaigns', views: ['campaigns'], route: { view: 'campaigns', q: '', all: false } },
  {
    title: 'Customers',
    views: ['customers', 'customer'],
    route: { view: 'customers', q: '', status: '', sort: 'name' },
  },
  { title: 'Trend', views: ['chart'], route: { view: 'chart', days: 14, tenantId: '' } },
  { title: 'Hand-over', views: ['handover'], route: { view: 'handover', since: '' } },
];

export function TopBar({ route, person, onForgetKey, onHelp, onRefresh }: Props): JSX.Element {
  const { open } = useBoard();
  const blind = open.value === undefined ? 0 : countToLookAt(open.value.coverage);
  return (
    <header class="top">
      <a class="skip" href="#content" onClick={skipToContent}>
        Skip to content
      </a>
      <span class="brand">Incident board</span>
      <nav aria-label="Views">
        {VIEWS.map(({ title, views, route: target }) => (
          <a key={title} href={writeRoute(target)} aria-current={views.includes(route.view) ? 'page' : undefined}>
            {title === OPEN ? (
              <>
                <span class="wide">Open </span>incidents
              </>
            ) : (
              title
            )}
            {target.view === 'customers' && blind > 0 && (
              <span class="badge">
                {blind}
                <span class="wide"> blind</span>
              </span>
            )}
          </a>
        ))}
      </nav>
      <div class="top-tools">
        <NewsNote route={route} />
        <RefreshState />
        <button type="button" onClick={onRefresh} title="Read everything again (r)">
          Refresh
        </button>
        <button type="button" onClick={onHelp} aria-label="Help" title="Keys and terms (?)">
          ?
        </button>
        {person !== undefined && <span class="person">{person.name}</span>}
        {onForgetKey !== undefined && (
          <button type="button" onClick={onForgetKey}>
            Forget key
          </button>
        )}
      </div>
    </header>
  );
}

/** Older than the page's own reading interval: something keeps it from reading. */
const OLD_MS = 5 * 60_000;

function RefreshState(): JSX.Element {
  const { open, nowMs } = useBoard();
  const at = open.loadedAtMs;
  const text = open.isLoading
    ? 'reading…'
    : at === undefined
      ? ''
      : `read ${formatAgo(new Date(at).toISOString(), nowMs)}`;
  const isOld = at !== undefined && nowMs - at > OLD_MS;
  return <span class={`hint refreshed${isOld ? ' old' : ''}`}>{text}</span>;
}

/** A real jump would replace the address part after the `#`. */
function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
