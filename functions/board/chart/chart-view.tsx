import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Trend } from '../../../shared/domain/views/trend-view.ts';
import type { BoardTenant } from '../data/answers.ts';
import type { Api, Query } from '../data/api.ts';
import { useBoard } from '../data/board-context.ts';
import { loadTenants } from '../data/use-board-data.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { zoneName } from '../model/format-time.ts';
import { CHART_DAYS, type Route } from '../model/route.ts';
import { countOf } from '../model/words.ts';
import { CoverageNote } from '../parts/coverage-note.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { countPerCustomer, countPerDay, type CustomerCounts } from './count-per-day.ts';
import { CustomerTable, DayTable } from './count-tables.tsx';
import { DayChart } from './day-chart.tsx';
import { asCounted, chartedTenants, knowDays, type KnownDay } from './known-days.ts';

type ChartRoute = Extract<Route, { view: 'chart' }>;

/** Counts, and the customers as they were before these were read: what is said of these is never more than the counts hold. */
interface ReadTrend {
  trend: Trend;
  tenants: readonly BoardTenant[];
}

/** Incidents per day by severity, over all customers or for one, and by customer. */
export function ChartView({ route }: { route: ChartRoute }): JSX.Element {
  const { api, nowMs } = useBoard();
  const { days, tenantId } = route;
  const today = new Date(nowMs).toDateString();
  const { value, error, isLoading, refresh } = useLoaded<ReadTrend>(
    () => loadTrend(api, { days: String(days), zone: zoneName(), ...(tenantId !== '' && { tenantId }) }),
    [api, days, tenantId, today],
  );
  const counts = useMemo(() => countPerDay(value?.trend.days ?? [], days, new Date()), [value, days, today]);
  const customers = useMemo(() => countPerCustomer(value?.trend.tenants ?? []), [value]);
  const known = useKnownDays(value, tenantId, counts.days);
  return (
    <section class="view" aria-labelledby="view-title" aria-busy={isLoading}>
      <h1 id="view-title">New incidents per day</h1>
      <ChartControls route={route} />
      {error !== undefined && <ProblemNote error={error} what="The incidents cannot be read" onRetry={refresh} />}
      {value !== undefined && (
        <CoverageNote coverage={value.trend.coverage} whom={nameOf(value, tenantId)} hole={describeHole(known.days)} />
      )}
      <p class="count" role="status">
        {value !== undefined &&
          `${isAll(known.days) ? '' : 'At least '}${countOf(sumOf(customers), 'incident')} created`}
        {isLoading ? 'Reading…' : '.'} Days begin at midnight in {zoneName()}.
      </p>
      <DayChart counts={counts} known={known.days} />
      <div class="tables">
        <DayTable counts={counts} known={known.days} />
        <CustomerTable customers={customers} known={known.byCustomer} />
      </div>
    </section>
  );
}

async function loadTrend(api: Api, query: Query): Promise<ReadTrend> {
  const tenants = await loadTenants(api);
  return { tenants, trend: await api.trend(query) };
}

const sumOf = (customers: readonly CustomerCounts[]): number => customers.reduce((sum, { total }) => sum + total, 0);

const nameOf = ({ tenants }: ReadTrend, tenantId: string): string | undefined =>
  tenants.find((tenant) => tenant.tenantId === tenantId)?.displayName ?? undefined;

interface Knowledge {
  days: readonly KnownDay[];
  byCustomer: ReadonlyMap<string, readonly KnownDay[]>;
}

function useKnownDays(value: ReadTrend | undefined, tenantId: string, days: readonly Date[]): Knowledge {
  return useMemo(() => {
    const tenants = asCounted(chartedTenants(value?.tenants ?? [], tenantId), value?.trend.notCounted ?? []);
    return {
      days: knowDays(days, tenants),
      byCustomer: new Map(tenants.map((tenant) => [tenant.tenantId, knowDays(days, [tenant])])),
    };
  }, [value, tenantId, days]);
}

const isAll = (days: readonly KnownDay[]): boolean => days.every(({ known, of }) => known === of);

function describeHole(days: readonly KnownDay[]): string | undefined {
  const unknown = days.filter(({ state }) => state === 'unknown').length;
  const part = days.filter(({ state }) => state === 'part').length;
  if (unknown + part === 0) return undefined;
  const parts = [
    ...(unknown === 0 ? [] : [`${unknown} not known at all`]),
    ...(part === 0 ? [] : [`${part} known in part or not for every customer`]),
  ];
  return `Of these ${days.length} days: ${parts.join(', ')}. They show the least there was.`;
}

function ChartControls({ route }: { route: ChartRoute }): JSX.Element {
  const { tenants, go } = useBoard();
  return (
    <div class="filter-row">
      <label class="field">
        Days
        <select
          value={String(route.days)}
          onChange={(event) => {
            go({ ...route, days: Number(event.currentTarget.value) }, { isReplacing: true });
          }}
        >
          {CHART_DAYS.map((days) => (
            <option key={days} value={String(days)}>
              {days} days
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Customer
        <select
          value={route.tenantId}
          onChange={(event) => {
            go({ ...route, tenantId: event.currentTarget.value }, { isReplacing: true });
          }}
        >
          <option value="">all</option>
          {tenants.value?.map(({ tenantId, displayName }) => (
            <option key={tenantId} value={tenantId}>
              {displayName ?? tenantId}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
