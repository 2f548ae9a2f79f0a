import type { JSX } from 'preact';
import type { BoardTenant } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { writeRoute } from '../model/route.ts';
import { OutsideText } from '../parts/outside-text.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useTitle } from '../parts/use-title.ts';
import { ConsentLinks } from '../customers/consent-links.tsx';
import { CustomerApproval } from './customer-approval.tsx';
import { CustomerCollection } from './customer-collection.tsx';
import { CustomerNames } from './customer-names.tsx';
import { CustomerOffboarding } from './customer-offboarding.tsx';
import { CustomerState } from './customer-state.tsx';

/** One customer: how it is, and everything that an operator does with it. */
export function CustomerView({ tenantId }: { tenantId: string }): JSX.Element {
  const { tenants } = useBoard();
  const tenant = tenants.value?.find((one) => one.tenantId === tenantId);
  useTitle(tenant?.displayName ?? tenantId);
  return (
    <section class="view customer-view" aria-labelledby="view-title" aria-busy={tenants.isLoading}>
      <a class="back" href={writeRoute({ view: 'customers', q: '', status: '', sort: 'name' })}>
        ← Customers
      </a>
      <h1 id="view-title">
        <OutsideText text={tenant?.displayName ?? tenantId} most={300} />
      </h1>
      {tenants.error !== undefined && (
        <ProblemNote error={tenants.error} what="The customers cannot be read" onRetry={tenants.refresh} />
      )}
      {tenant !== undefined && <Known tenant={tenant} />}
      {tenant === undefined && tenants.value !== undefined && <Unknown tenantId={tenantId} />}
    </section>
  );
}

function Known({ tenant }: { tenant: BoardTenant }): JSX.Element {
  const { mayChange, inviteCustomer } = useBoard();
  const { tenantId, status } = tenant;
  const isGone = status === 'purging';
  return (
    <>
      <CustomerState tenant={tenant} />
      {mayChange && (
        <div class="sections">
          {status === 'awaiting-approval' && <CustomerApproval tenant={tenant} />}
          {status !== 'awaiting-approval' && !isGone && <CustomerCollection tenant={tenant} />}
          {status !== 'awaiting-approval' && !isGone && (
            <section aria-labelledby="links-title">
              <h2 id="links-title">Consent links</h2>
              <ConsentLinks tenantId={tenantId} />
              <p class="hint">A new link ends the one before. Its address is shown once, when it is made.</p>
              <button
                type="button"
                onClick={() => {
                  inviteCustomer(tenant);
                }}
              >
                New consent link…
              </button>
            </section>
          )}
          {!isGone && <CustomerNames tenant={tenant} />}
          {status !== 'awaiting-approval' && <CustomerOffboarding tenantId={tenantId} tenant={tenant} />}
        </div>
      )}
    </>
  );
}

function Unknown({ tenantId }: { tenantId: string }): JSX.Element {
  const { mayChange } = useBoard();
  return (
    <>
      <p class="empty">This tenant is not registered.</p>
      {mayChange && (
        <div class="sections">
          <CustomerOffboarding tenantId={tenantId} tenant={undefined} />
        </div>
      )}
    </>
  );
}
