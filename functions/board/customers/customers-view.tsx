import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { TENANT_STATUSES } from '../../../shared/domain/tenants/tenant-state.ts';
import type { BoardTenant } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { coverageOf } from '../data/coverage-of.ts';
import type { Route } from '../model/route.ts';
import { countOf, toWords } from '../model/words.ts';
import { CoverageNote } from '../parts/coverage-note.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { CustomerCard } from './customer-card.tsx';
import { selectTenants } from './select-tenants.ts';

type CustomersRoute = Extract<Route, { view: 'customers' }>;

const NONE: readonly BoardTenant[] = [];
const SHOWN = 100;

/** Every customer with how far its data can be believed, and what an operator can do about it. */
export function CustomersView({ route }: { route: CustomersRoute }): JSX.Element {
  const { tenants, mayChange, inviteCustomer } = useBoard();
  const all = tenants.value ?? NONE;
  const selected = useMemo(() => selectTenants(all, route), [all, route]);
  const [most, setMost] = useState(SHOWN);
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
      </p>
      <ul class="cards-list">
        {selected.slice(0, most).map((tenant) => (
          <CustomerCard key={tenant.tenantId} tenant={tenant} />
        ))}
      </ul>
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
    </section>
  );
}

function Nothing({ isFirst }: { isFirst: boolean }): JSX.Element {
  if (!isFirst) return <p class="empty">No customer fits.</p>;
  return <p class="empty">No customer yet. Create a consent link and send it to the customer’s administrator.</p>;
}

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
        Status
        <select
          value={route.status}
          onChange={(event) => {
            change({ status: event.currentTarget.value });
          }}
        >
          <option value="">any</option>
          {[...TENANT_STATUSES, 'paused'].map((status) => (
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
            change({ sort: event.currentTarget.value === 'lag' ? 'lag' : 'name' });
          }}
        >
          <option value="name">Name</option>
          <option value="lag">Least fresh first</option>
        </select>
      </label>
    </>
  );
}
