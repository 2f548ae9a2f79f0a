import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Identification, Organization } from '../../../shared/domain/tenants/verification.ts';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { useBoard } from '../data/board-context.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { OutsideText } from '../parts/outside-text.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
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
            The name <OutsideText text={displayName} most={100} /> was typed with the link and proves nothing.
          </>
        )}
      </p>
      <OwnNames tenantId={tenantId} />
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

/** Read when somebody is about to decide: an administrator may have changed it since the consent. */
function OwnNames({ tenantId }: { tenantId: string }): JSX.Element {
  const { api } = useBoard();
  const { value, error, isLoading, refresh } = useLoaded(() => api.identify(tenantId), [api, tenantId]);
  if (isLoading) return <p role="status">Asking Microsoft what the organisation calls itself…</p>;
  const organization = value?.organization ?? null;
  if (organization !== null) return <Names organization={organization} />;
  return (
    <>
      {value !== undefined && <NotRead identification={value} />}
      {error !== undefined && (
        <ProblemNote error={error} what="The organisation’s own name could not be read" onRetry={refresh} />
      )}
      <p>Ask the customer for its tenant id, and compare it before you approve.</p>
    </>
  );
}

function Names({
  organization: { displayName, defaultDomain, brandName },
}: {
  organization: Organization;
}): JSX.Element {
  return (
    <>
      <p>Microsoft says who it is. Compare this with the customer that you expect.</p>
      <dl class="facts-list">
        <Fact name="Organisation" text={displayName} />
        <Fact name="Domain" text={defaultDomain} />
        {brandName !== null && <Fact name="At sign-in" text={brandName} />}
      </dl>
    </>
  );
}

function Fact({ name, text }: { name: string; text: string | null }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{text === null ? 'none' : <OutsideText text={text} most={256} />}</dd>
    </div>
  );
}

function NotRead({ identification: { problem } }: { identification: Identification }): JSX.Element {
  return (
    <p class="note" role="status">
      The organisation’s own name could not be read{problem === null ? '.' : `: ${problem.message}. ${problem.action}.`}
    </p>
  );
}
