import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { useBoard } from '../data/board-context.ts';
import { useOutcome } from '../customers/use-outcome.ts';

interface Names {
  displayName: string;
  customer: string;
  labels: string;
}

/** What people call a customer: here and nowhere else it is renamed. */
export function CustomerNames({ tenant }: { tenant: TenantView }): JSX.Element {
  const { api, tenants } = useBoard();
  const { tenantId } = tenant;
  const [typed, setTyped] = useState<Partial<Names>>({});
  const { run, isBusy, outcome } = useOutcome(() => {
    setTyped({});
    tenants.refresh();
  });
  const names = { ...namesOf(tenant), ...typed };
  const field = (name: keyof Names) => ({
    value: names[name],
    maxLength: 200,
    onInput: (event: { currentTarget: HTMLInputElement }): void => {
      setTyped({ ...typed, [name]: event.currentTarget.value });
    },
  });
  const save = {
    title: 'Save',
    done: 'Saved',
    act: () =>
      api.changeTenant(tenantId, {
        displayName: textOrNull(names.displayName),
        customer: textOrNull(names.customer),
        labels: toLabels(names.labels),
      }),
  };
  return (
    <section aria-labelledby="names-title">
      <h2 id="names-title">Name and labels</h2>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void run(save);
        }}
      >
        <label class="field">
          Name on this board
          <input type="text" {...field('displayName')} />
        </label>
        <label class="field">
          Customer, if it has several tenants
          <input type="text" {...field('customer')} />
        </label>
        <label class="field">
          Labels, with commas between them
          <input type="text" {...field('labels')} />
        </label>
        <div class="actions">
          <button type="submit" disabled={isBusy || Object.keys(typed).length === 0}>
            Save
          </button>
        </div>
      </form>
      <p class="outcome" role="status">
        {outcome}
      </p>
    </section>
  );
}

const namesOf = ({ displayName, customer, labels }: TenantView): Names => ({
  displayName: displayName ?? '',
  customer: customer ?? '',
  labels: labels.join(', '),
});

const textOrNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

function toLabels(text: string): string[] {
  const labels = text.split(',').map((one) => one.trim());
  return [...new Set(labels)].filter((one) => one !== '');
}
