import type { JSX } from 'preact';
import { useBoard } from '../data/board-context.ts';
import { describeNews } from '../model/find-news.ts';
import { formatLocal } from '../model/format-time.ts';
import { NO_FILTER } from '../model/incident-filter.ts';
import type { Route } from '../model/route.ts';

/** What has come since somebody looked: a click shows it in the list, another says that it was seen. */
export function NewsNote({ route }: { route: Route }): JSX.Element | null {
  const { news, open, go, nowMs } = useBoard();
  const { incidents, sinceMs, acknowledge } = news;
  if (incidents.length === 0 || sinceMs === undefined) return null;
  const since = formatLocal(new Date(sinceMs).toISOString(), nowMs);
  return (
    <span class="news">
      <button
        type="button"
        title={`Since you looked at ${since}. Show them in the list`}
        onClick={() => {
          open.show();
          if (route.view !== 'incidents') go({ view: 'incidents', filter: NO_FILTER });
        }}
      >
        {describeNews(incidents)}
      </button>
      <button type="button" aria-label="Mark as seen" title="Mark as seen" onClick={acknowledge}>
        ✓
      </button>
    </span>
  );
}
