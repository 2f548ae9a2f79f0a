import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { toShownError } from '../data/api-error.ts';
import { useBoard } from '../data/board-context.ts';
import { Dialog } from '../parts/dialog.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { VerifyDialog } from './verify-dialog.tsx';

type Opened = 'none' | 'verify' | 'reject';

interface Action {
  title: string;
  done: string;
  act(): Promise<unknown>;
}

/** What an operator can do with a customer; each button says what came of it. */
export function CustomerActions({ tenant }: { tenant: TenantView }): JSX.Element {
  const { inviteCustomer } = useBoard();
  const [opened, setOpened] = useState<Opened>('none');
  const { run, isBusy, outcome } = useOutcome();
  const actions = useActions(tenant);
  const close = (): void => {
    setOpened('none');
  };
  const isWaiting = tenant.status === 'awaiting-approval';
  return (
    <div class="actions" role="group" aria-label={`Actions for ${tenant.displayName ?? tenant.tenantId}`}>
      {isWaiting && <Run action={actions.approve} isBusy={isBusy} run={run} />}
      {isWaiting && (
        <Open
          title="Reject"
          onOpen={() => {
            setOpened('reject');
          }}
        />
      )}
      {!isWaiting && (
        <Open
          title="Consent link"
          onOpen={() => {
            inviteCustomer(tenant);
          }}
        />
      )}
      {tenant.status === 'active' && <Run action={actions.collect} isBusy={isBusy} run={run} />}
      {!isWaiting && (
        <Open
          title="Verify"
          onOpen={() => {
            setOpened('verify');
          }}
        />
      )}
      {!isWaiting && (
        <Run action={tenant.status === 'paused' ? actions.resume : actions.pause} isBusy={isBusy} run={run} />
      )}
      <p class="outcome" role="status">
        {outcome}
      </p>
      {opened === 'verify' && <VerifyDialog tenant={tenant} onClose={close} />}
      {opened === 'reject' && (
        <RejectDialog tenant={tenant} onReject={() => void run(actions.reject)} onClose={close} />
      )}
    </div>
  );
}

function useActions({ tenantId }: TenantView): Record<'approve' | 'reject' | 'collect' | 'pause' | 'resume', Action> {
  const { api } = useBoard();
  return {
    approve: { title: 'Approve', done: 'Approved', act: () => api.decide(tenantId, 'approve') },
    reject: { title: 'Reject', done: 'Rejected', act: () => api.decide(tenantId, 'reject') },
    collect: { title: 'Collect now', done: 'Due now: the next tick reads it', act: () => api.collect(tenantId) },
    pause: { title: 'Pause', done: 'Paused', act: () => api.setPaused(tenantId, true) },
    resume: { title: 'Resume', done: 'Resumed', act: () => api.setPaused(tenantId, false) },
  };
}

function useOutcome(): { run(action: Action): Promise<void>; isBusy: boolean; outcome: string } {
  const { tenants } = useBoard();
  const [isBusy, setIsBusy] = useState(false);
  const [outcome, setOutcome] = useState('');
  const run = async ({ title, done, act }: Action): Promise<void> => {
    setIsBusy(true);
    try {
      await act();
      setOutcome(`${done}.`);
      tenants.refresh();
    } catch (error) {
      const { message, action } = toShownError(error);
      setOutcome(`${title} failed: ${message}. ${action ?? ''}`);
    }
    setIsBusy(false);
  };
  return { run, isBusy, outcome };
}

interface RunProps {
  action: Action;
  isBusy: boolean;
  run(action: Action): Promise<void>;
}

function Run({ action, isBusy, run }: RunProps): JSX.Element {
  return (
    <button type="button" disabled={isBusy} onClick={() => void run(action)}>
      {action.title}
    </button>
  );
}

function Open({ title, onOpen }: { title: string; onOpen(): void }): JSX.Element {
  return (
    <button type="button" onClick={onOpen}>
      {title}…
    </button>
  );
}

interface RejectProps {
  tenant: TenantView;
  onReject(): void;
  onClose(): void;
}

function RejectDialog({ tenant, onReject, onClose }: RejectProps): JSX.Element {
  return (
    <Dialog title="Reject this customer?" onClose={onClose}>
      <p>
        <OutsideText text={tenant.displayName ?? tenant.tenantId} /> consented through a link without a tenant. After a
        rejection nothing is read from it, and only a link for this very tenant brings it back.
      </p>
      <div class="dialog-buttons">
        <button type="button" onClick={onClose}>
          Keep waiting
        </button>
        <button
          type="button"
          class="danger"
          onClick={() => {
            onReject();
            onClose();
          }}
        >
          Reject
        </button>
      </div>
    </Dialog>
  );
}
