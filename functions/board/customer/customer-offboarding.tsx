import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Offboarding } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { countOf, toWords } from '../model/words.ts';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useOutcome } from '../customers/use-outcome.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

interface Props {
  tenantId: string;
  /** `undefined` once it is erased. */
  tenant: TenantView | undefined;
}

/** A customer that leaves: first nothing is read any more, then what is stored is erased, then the customer removes the app. */
export function CustomerOffboarding({ tenantId, tenant }: Props): JSX.Element {
  const isLeaving = tenant === undefined || tenant.deletedAt !== null || tenant.status === 'purging';
  return (
    <section aria-labelledby="offboarding-title">
      <h2 id="offboarding-title">Off-boarding</h2>
      {tenant !== undefined && tenant.status !== 'purging' && <Steps tenant={tenant} />}
      {isLeaving && <Report tenantId={tenantId} status={tenant?.status} />}
    </section>
  );
}

function Steps({ tenant }: { tenant: TenantView }): JSX.Element {
  const { api, tenants } = useBoard();
  const { tenantId, displayName, storedIncidents, deletedAt, status } = tenant;
  const [opened, setOpened] = useState<'none' | 'stop' | 'erase'>('none');
  const { run, isBusy, outcome } = useOutcome(tenants.refresh);
  const name = displayName ?? tenantId;
  const isStopped = deletedAt !== null && status === 'paused';
  const close = (): void => {
    setOpened('none');
  };
  const stop = { title: 'Stop', done: 'Stopped for good', act: () => api.deleteTenant(tenantId, false) };
  const erase = { title: 'Erase', done: 'The erasure is ordered', act: () => api.deleteTenant(tenantId, true) };
  return (
    <>
      <p class="hint">
        {isStopped
          ? 'Step 2 of 2: erase what is stored. This cannot be undone.'
          : 'Step 1 of 2: stop the collection for good. What is stored stays until it is erased.'}
      </p>
      <div class="actions">
        <button
          type="button"
          class="danger"
          disabled={isBusy}
          onClick={() => {
            setOpened(isStopped ? 'erase' : 'stop');
          }}
        >
          {isStopped ? 'Erase all that is stored…' : 'Stop for good…'}
        </button>
      </div>
      <p class="outcome" role="status">
        {outcome}
      </p>
      {opened === 'stop' && (
        <ConfirmDialog
          title="Stop for good?"
          doTitle="Stop for good"
          leaveTitle="Keep the customer"
          isDangerous
          onDo={() => void run(stop)}
          onClose={close}
        >
          <p>
            <OutsideText text={name} most={100} /> is marked as deleted and not read any more. Only Resume, or a consent
            link for this very tenant, brings it back.
          </p>
        </ConfirmDialog>
      )}
      {opened === 'erase' && (
        <ConfirmDialog
          title="Erase all that is stored?"
          doTitle="Erase"
          leaveTitle="Keep it"
          isDangerous
          word={name}
          onDo={() => void run(erase)}
          onClose={close}
        >
          <p>
            {countOf(storedIncidents, 'incident')} of <OutsideText text={name} most={100} />, with alerts and history,
            are erased within minutes, and cannot be brought back. A report on it stays.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}

const SECOND_MS = 1_000;

function Report({ tenantId, status }: { tenantId: string; status: string | undefined }): JSX.Element | null {
  const { api } = useBoard();
  const { value, error, refresh } = useLoaded(
    () => api.offboarding(tenantId),
    [api, tenantId, status],
    (known) => (known?.status === 'purging' ? 15 * SECOND_MS : 300 * SECOND_MS),
  );
  if (error?.code === 'not-found') return <p class="hint">Nothing was ever stored of it.</p>;
  if (error !== undefined && value === undefined)
    return <ProblemNote error={error} what="The report cannot be read" onRetry={refresh} />;
  return value === undefined ? null : <Reported report={value} />;
}

function Reported({ report }: { report: Offboarding }): JSX.Element {
  const { status, startedAt, erasedAt, erased, remaining, accessStillPossible, accessCheckedAt, nextSteps } = report;
  return (
    <div class="report">
      {startedAt !== null && (
        <p>
          {status === 'erased' ? 'Erased' : 'Being erased'}: ordered <Moment at={startedAt} withUtc />
          {erasedAt !== null && (
            <>
              , done <Moment at={erasedAt} withUtc />
            </>
          )}
          .
        </p>
      )}
      {erased !== null && (
        <p>
          Rows erased:{' '}
          {Object.entries(erased)
            .map(([kind, count]) => `${toWords(kind)} ${count.toLocaleString('en')}`)
            .join(', ')}
          .{remaining !== null && ` Left, counted at the end: ${remaining.toLocaleString('en')}.`}
        </p>
      )}
      {status === 'erased' && (
        <p>
          {accessStillPossible === null && 'Whether the app could still read it is not known yet.'}
          {accessStillPossible === false && 'Entra refuses the app there: the customer has removed it.'}
          {accessStillPossible === true && 'The app could still read it: the customer has not removed it yet.'}
          {accessCheckedAt !== null && (
            <>
              {' '}
              Tested <Moment at={accessCheckedAt} withUtc />.
            </>
          )}
        </p>
      )}
      {startedAt !== null && nextSteps.length > 0 && (
        <>
          <h3>What is left to do</h3>
          <ol>
            {nextSteps.map((step) => (
              <li key={step}>{step}.</li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}
