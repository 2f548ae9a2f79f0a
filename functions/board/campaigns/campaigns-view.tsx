import type { JSX } from 'preact';
import { toCampaignCsv } from '../../../shared/domain/views/found-csv.ts';
import type { Coverage } from '../../../shared/domain/views/coverage.ts';
import { useBoard } from '../data/board-context.ts';
import { countToLookAt } from '../data/coverage-of.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { formatAgo, formatLocal } from '../model/format-time.ts';
import type { Route } from '../model/route.ts';
import { countOf } from '../model/words.ts';
import { CoverageNote } from '../parts/coverage-note.tsx';
import { CsvButton } from '../parts/csv-button.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { describeHoles } from '../search/describe-searched.ts';
import { CampaignCard } from './campaign-card.tsx';
import { describeLeftOut } from './describe-campaign.ts';
import { loadCampaigns, type CampaignSet } from './load-campaigns.ts';

const REFRESH_MS = 2 * 60_000;
const MOST_CAMPAIGNS = 1_000;

/** What several customers have in common: the newest sighting first. */
export function CampaignsView({ route }: { route: Extract<Route, { view: 'campaigns' }> }): JSX.Element {
  const { api, go } = useBoard();
  const { q, all } = route;
  const { value, error, isLoading, refresh } = useLoaded<CampaignSet>(
    () => loadCampaigns(api, all ? { all: 'true' } : {}, MOST_CAMPAIGNS),
    [api, all],
    () => REFRESH_MS,
  );
  const text = q.trim().toLowerCase();
  const shown = value?.items.filter((campaign) => campaign.value.toLowerCase().includes(text)) ?? [];
  return (
    <section class="view" aria-labelledby="view-title" aria-busy={isLoading}>
      <h1 id="view-title">Campaigns</h1>
      <p class="hint">Malicious or suspicious at two customers or more, within 30 days, and seen in the last 30.</p>
      <div class="filter-row">
        <label class="field">
          Value
          <input
            type="search"
            value={q}
            autocomplete="off"
            onInput={(event) => {
              go({ ...route, q: event.currentTarget.value }, { isReplacing: true });
            }}
          />
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={all}
            onChange={(event) => {
              go({ ...route, all: event.currentTarget.checked }, { isReplacing: true });
            }}
          />{' '}
          Show what is taken for noise
        </label>
      </div>
      {error !== undefined && <ProblemNote error={error} what="The campaigns cannot be read" onRetry={refresh} />}
      {value !== undefined && <CoverageNote coverage={value.coverage} hole={describeHoles(value.searched)} />}
      <p class="count" role="status">
        {value === undefined && isLoading && 'Reading…'}
        {value !== undefined && <Count set={value} shown={shown.length} isFiltered={text !== ''} />}
        <CsvButton
          isEmpty={shown.length === 0}
          subject="campaigns"
          words={[all ? 'with noise' : '', q]}
          toCsv={() => toCampaignCsv(shown)}
        />
      </p>
      <ul class="cards-list">
        {shown.map((campaign) => (
          <CampaignCard key={campaign.value} campaign={campaign} />
        ))}
      </ul>
      {value !== undefined && shown.length === 0 && <p class="empty">{describeNone(value, text !== '')}</p>}
    </section>
  );
}

interface CountProps {
  set: CampaignSet;
  shown: number;
  isFiltered: boolean;
}

function Count({ set: { items, isCut, through, leftOut }, shown, isFiltered }: CountProps): JSX.Element {
  const { nowMs } = useBoard();
  const looked =
    through === null
      ? 'Nobody has looked yet'
      : `What was stored up to ${formatLocal(through, nowMs)} (${formatAgo(through, nowMs)}) was looked at`;
  return (
    <span>
      {isFiltered && `${shown.toLocaleString('en')} of `}
      {countOf(items.length, 'campaign')}. {looked}. {describeLeftOut(leftOut)}
      {isCut && ' There are more than this page can hold: these were seen last.'}
    </span>
  );
}

/** Says no more than what was looked at. */
function describeNone({ through, items, coverage, searched }: CampaignSet, isFiltered: boolean): string {
  if (through === null) return 'Nobody has looked yet: the first look comes with the next tick.';
  if (isFiltered && items.length > 0)
    return 'No campaign has this in its value. The search looks at single customers too.';
  const but = whyNot(coverage);
  const others =
    searched.notIndexedCount > 0 ? '; older incidents of the customers named above were not looked at' : '';
  return `Nothing malicious or suspicious was seen at two customers in what was looked at${but}${others}.`;
}

function whyNot(coverage: Coverage): string {
  if (countToLookAt(coverage) > 0) return ', but the customers named above are blind: nothing is known about them';
  return coverage.readingCount > 0 ? ', but the customers named above are still being read' : '';
}
