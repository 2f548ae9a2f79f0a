import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { useBoard } from '../data/board-context.ts';
import { OutsideText } from '../parts/outside-text.tsx';
import { useOutcome } from '../customers/use-outcome.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { VerifyDialog } from './verify-dialog.tsx';

/** Reads now, tests the access, stops for a while and goes on. */
export function CustomerCollection({ tenant }: { tenant: TenantView }): JSX.Element {
  const { api, tenants } = useBoard();
  const { tenantId, displayName, status } = tenant;
  const [opened, setOpened] = useState<'none' | 'verify' | 'pause'>('none');
  const { run, isBusy, outcome } = useOutcome(tenants.refresh);
  const close = (): void => {
    setOpened('none');
  };
  const collect = { title: 'Collect now', done: 'Due now: the next tick reads it', act: () => api.collect(tenantId) };
  const resume = { title: 'Resume', done: 'Resumed', act: () => api.changeTenant(tenantId, { paused: false }) };
  const pause = { title: 'Pause', done: 'Paused', act: () => api.changeTenant(tenantId, { paused: true }) };
  return (
    <section aria-labelledby="collection-title">
      <h2 id="collection-title">Collection</h2>
      <div class="actions">
        {status === 'active' && (
          <button type="button" disabled={isBusy} onClick={() => void run(collect)}>
            Collect now
          </button>
        )}
        <button
          type="button"
          onClick={() => {
            setOpened('verify');
          }}
        >
          Verify…
        </button>
        {status === 'paused' ? (
          <button type="button" disabled={isBusy} onClick={() => void run(resume)}>
            Resume
          </button>
        ) : (
          <button
            type="button"
            disabled={isBusy}
            onClick={() => {
              setOpened('pause');
            }}
          >
            Pause…
          </button>
        )}
      </div>
      <p class="outcome" role="status">
        {outcome}
      </p>
      {opened === 'verify' && <VerifyDialog tenant={tenant} onClose={close} />}
      {opened === 'pause' && (
        <ConfirmDialog
          title="Pause this customer?"
          doTitle="Pause"
          leaveTitle="Keep collecting"
          onDo={() => void run(pause)}
          onClose={close}
        >
          <p>
            Nothing new is read from <OutsideText text={displayName ?? tenantId} most={100} /> until somebody resumes
            it. What is stored stays. Every list says that it is not collected, on purpose.
          </p>
        </ConfirmDialog>
      )}
    </section>
  );
}
