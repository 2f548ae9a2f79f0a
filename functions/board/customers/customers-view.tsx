import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { TENANT_STATUSES } from '../../../shared/domain/tenants/tenant-state.ts';
import { toTenantCsv } from '../../../shared/domain/views/tenant-csv.ts';
import type { BoardTenant } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { coverageOf } from '../data/coverage-of.ts';
import { CUSTOMER_SORTS, type CustomerSort, type Route } from '../model/route.ts';
import { countOf, toWords } from '../model/words.ts';
import { CoverageNote } from '../parts/coverage-note.tsx';
import { CsvButton } from '../parts/csv-button.tsx';
import { freshnessOf } from '../parts/freshness.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { ConsentLinks } from './consent-links.tsx';
import { countOpen, NONE_OPEN } from './count-open.ts';
import { CustomerTable } from './customer-table.tsx';
import { selectTenants, TENANT_STATES } from './select-tenants.ts';
import { stateWord } from './state-word.tsx';

type CustomersRoute = Extract<Route, { view: 'customers' }>;

const NONE: readonly BoardTenant[] = [];
const SHOWN = 200;

/** Every customer with how far its data can be believed, and what is open there. */
export function CustomersView({ route }: { route: CustomersRoute }): JSX.Element {
  const { tenants, open, nowMs, mayChange, inviteCustomer } = useBoard();
  const all = tenants.value ?? NONE;
  const counts = useMemo(() => countOpen(open.value?.items ?? []), [open.value]);
  const selected = useMemo(() => selectTenants(all, route, counts), [all, route, counts]);
  const [most, setMost] = useState(SHOWN);
  const toCsv = (): string => {
    const listed = selected.map((tenant) => {
      const { all: sum, by } = counts.get(tenant.tenantId) ?? NONE_OPEN;
      const state = stateWord(tenant, freshnessOf(tenant, nowMs).kind);
      return { tenant, state, open: open.value === undefined ? null : { all: sum, high: by.high } };
    });
    return toTenantCsv(listed);
  };
  return (
    <section class="view" aria-labelledby="view-title">
      <h1 id="view-title" class="unseen">
        Customers
      </h1>
      <div class="filter-row">
        <CustomerFilters route={route} />
        {mayChange && (
          <button
            type="button"
            class="primary"
            onClick={() => {
              inviteCustomer();
            }}
          >
            New consent link
          </button>
        )}
      </div>
      {tenants.error !== undefined && (
        <ProblemNote error={tenants.error} what="The customers cannot be read" onRetry={tenants.refresh} />
      )}
      {tenants.value !== undefined && <CoverageNote coverage={coverageOf(tenants.value)} />}
      <p class="count" role="status">
        {tenants.value === undefined
          ? tenants.isLoading && 'Reading the customers…'
          : `${selected.length === all.length ? '' : `${selected.length} of `}${countOf(all.length, 'customer')}`}
        <CsvButton isEmpty={selected.length === 0} subject="customers" words={[route.status, route.q]} toCsv={toCsv} />
      </p>
      {selected.length > 0 && (
        <CustomerTable
          tenants={selected.slice(0, most)}
          open={open.value === undefined ? undefined : counts}
          isPart={open.value?.isWhole === false}
        />
      )}
      {selected.length > most && (
        <button
          type="button"
          onClick={() => {
            setMost(most + SHOWN);
          }}
        >
          Show more
        </button>
      )}
      {tenants.value !== undefined && selected.length === 0 && <Nothing isFirst={all.length === 0} />}
      {mayChange && <ConsentLinks />}
    </section>
  );
}

function Nothing({ isFirst }: { isFirst: boolean }): JSX.Element {
  if (!isFirst) return <p class="empty">No customer fits.</p>;
  return <p class="empty">No customer yet. Create a consent link and send it to the customer’s administrator.</p>;
}

const SORT_TITLES: Readonly<Record<CustomerSort, string>> = {
  name: 'Name',
  lag: 'Least fresh first',
  open: 'Most High open first',
  last: 'Quiet for longest first',
};

function CustomerFilters({ route }: { route: CustomersRoute }): JSX.Element {
  const { go } = useBoard();
  const change = (part: Partial<CustomersRoute>): void => {
    go({ ...route, ...part }, { isReplacing: true });
  };
  return (
    <>
      <label class="field wide">
        Search
        <input
          type="search"
          value={route.q}
          placeholder="Name, customer, label or tenant id"
          onInput={(event) => {
            change({ q: event.currentTarget.value });
          }}
        />
      </label>
      <label class="field">
        State
        <select
          value={route.status}
          onChange={(event) => {
            change({ status: event.currentTarget.value });
          }}
        >
          <option value="">any</option>
          {[...TENANT_STATES, ...TENANT_STATUSES, 'paused'].map((status) => (
            <option key={status} value={status}>
              {toWords(status)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Order
        <select
          value={route.sort}
          onChange={(event) => {
            change({ sort: CUSTOMER_SORTS.find((sort) => sort === event.currentTarget.value) ?? 'name' });
          }}
        >
          {CUSTOMER_SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {SORT_TITLES[sort]}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
