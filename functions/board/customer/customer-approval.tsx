import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { useBoard } from '../data/board-context.ts';
import { OutsideText } from '../parts/outside-text.tsx';
import { useOutcome } from '../customers/use-outcome.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

/** Who consented through a link for anybody waits here: a name that we typed proves nothing. */
export function CustomerApproval({ tenant: { tenantId, displayName } }: { tenant: TenantView }): JSX.Element {
  const { api, tenants } = useBoard();
  const [isRejecting, setIsRejecting] = useState(false);
  const { run, isBusy, outcome } = useOutcome(tenants.refresh);
  const approve = { title: 'Approve', done: 'Approved', act: () => api.decide(tenantId, 'approve') };
  const reject = { title: 'Reject', done: 'Rejected', act: () => api.decide(tenantId, 'reject') };
  return (
    <section aria-labelledby="approval-title">
      <h2 id="approval-title">Approval</h2>
      <p>
        An administrator of the tenant <code>{tenantId}</code> consented through a link that was made for anybody.
        {displayName !== null && (
          <>
            {' '}
            The name <OutsideText text={displayName} most={100} /> is what was typed with the link, not what Microsoft
            calls this tenant.
          </>
        )}{' '}
        The app has no permission to read the organisation’s own name and domains: ask the customer for its tenant id
        and compare it before you approve.
      </p>
      <div class="actions">
        <button type="button" class="primary" disabled={isBusy} onClick={() => void run(approve)}>
          Approve
        </button>
        <button
          type="button"
          disabled={isBusy}
          onClick={() => {
            setIsRejecting(true);
          }}
        >
          Reject…
        </button>
      </div>
      <p class="outcome" role="status">
        {outcome}
      </p>
      {isRejecting && (
        <ConfirmDialog
          title="Reject this customer?"
          doTitle="Reject"
          leaveTitle="Keep waiting"
          isDangerous
          onDo={() => void run(reject)}
          onClose={() => {
            setIsRejecting(false);
          }}
        >
          <p>
            <OutsideText text={displayName ?? tenantId} most={100} /> consented through a link without a tenant. After a
            rejection nothing is read from it, and only a link for this very tenant brings it back.
          </p>
        </ConfirmDialog>
      )}
    </section>
  );
}
