import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { NewLink } from '../../../shared/domain/consent/link-view.ts';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import type { ConsentLinkRequest } from '../data/answers.ts';
import { toShownError, type ApiError } from '../data/api-error.ts';
import { useBoard } from '../data/board-context.ts';
import { CopyField } from '../parts/copy-field.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { readTenantName } from './tenant-name.ts';

interface Props {
  /** The customer that is invited again; `undefined` for a new one. */
  tenant: TenantView | undefined;
  onMade(): void;
  onClose(): void;
}

interface Wanted {
  tenantId: string;
  displayName: string;
  customer: string;
  labels: string;
  expiresInHours: number;
}

const EXPIRY = [
  [24, 'a day'],
  [168, 'a week'],
  [720, '30 days'],
] as const;

/** Makes the link that a customer's administrator opens to give consent. */
export function ConsentLinkDialog({ tenant, onMade, onClose }: Props): JSX.Element {
  const { api, tenants } = useBoard();
  const [link, setLink] = useState<NewLink>();
  const [error, setError] = useState<ApiError>();
  const create = async (wanted: Wanted): Promise<void> => {
    setError(undefined);
    try {
      setLink(await api.createConsentLink(toRequest(wanted)));
      onMade();
      tenants.refresh();
    } catch (reason) {
      setError(toShownError(reason));
    }
  };
  return (
    <Dialog title="Consent link" onClose={onClose}>
      {error !== undefined && <ProblemNote error={error} what="No link was created" />}
      {link === undefined ? (
        <ConsentLinkForm tenant={tenant} onCreate={(wanted) => void create(wanted)} />
      ) : (
        <CreatedLink link={link} />
      )}
    </Dialog>
  );
}

function toRequest({ tenantId, displayName, customer, labels, expiresInHours }: Wanted): ConsentLinkRequest {
  const list = labels.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
  const given = Object.entries({ tenantId, displayName, customer }).filter(([, text]) => text.trim() !== '');
  return { ...Object.fromEntries(given), ...(list.length > 0 && { labels: list }), expiresInHours };
}

function CreatedLink({ link: { url, expiresAt, tenantId, approver } }: { link: NewLink }): JSX.Element {
  return (
    <>
      <p>
        Send this link to the customer’s administrator, who needs the role {approver}. It works once, until{' '}
        <Moment at={expiresAt} withUtc />
        {tenantId === null ? ', and whoever uses it waits for your approval.' : '.'}
      </p>
      <CopyField label="Link" text={url} />
    </>
  );
}

interface FormProps {
  tenant: TenantView | undefined;
  onCreate(wanted: Wanted): void;
}

function ConsentLinkForm({ tenant, onCreate }: FormProps): JSX.Element {
  const [wanted, setWanted] = useState<Wanted>({
    tenantId: tenant?.tenantId ?? '',
    displayName: '',
    customer: '',
    labels: '',
    expiresInHours: 168,
  });
  const { tenants } = useBoard();
  const known = tenant ?? tenants.value?.find((one) => one.tenantId === wanted.tenantId.trim().toLowerCase());
  const [isReadable, setIsReadable] = useState(true);
  const hint = useId();
  const field = (name: 'tenantId' | 'displayName' | 'customer' | 'labels') => ({
    value: wanted[name],
    onInput: (event: { currentTarget: HTMLInputElement }): void => {
      setWanted({ ...wanted, [name]: event.currentTarget.value.trimStart() });
    },
  });
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        const tenantId = readTenantName(wanted.tenantId);
        setIsReadable(tenantId !== undefined);
        if (tenantId !== undefined) onCreate({ ...wanted, tenantId });
      }}
    >
      <label class="field">
        Tenant id or verified domain
        <input
          type="text"
          {...field('tenantId')}
          readOnly={tenant !== undefined}
          placeholder="contoso.com"
          aria-invalid={!isReadable}
          aria-describedby={hint}
        />
        <span id={hint} class={isReadable ? 'hint' : 'problem'} role={isReadable ? undefined : 'alert'}>
          {isReadable
            ? 'Left empty, any tenant can use the link, and you approve it afterwards.'
            : 'This is neither a tenant id nor a domain. Write it like contoso.com, or leave it empty.'}
        </span>
      </label>
      {known === undefined ? (
        <>
          <label class="field">
            Name on this board
            <input type="text" {...field('displayName')} maxLength={200} placeholder="Contoso" />
          </label>
          <label class="field">
            Customer, if it has several tenants
            <input type="text" {...field('customer')} maxLength={200} />
          </label>
          <label class="field">
            Labels, with commas between them
            <input type="text" {...field('labels')} maxLength={200} placeholder="gold, healthcare" />
          </label>
        </>
      ) : (
        <p class="hint">
          This is <OutsideText text={known.displayName ?? known.tenantId} most={100} />. A link does not rename it; its
          own page does. An older link for it ends.
        </p>
      )}
      <label class="field">
        Good for
        <select
          value={String(wanted.expiresInHours)}
          onChange={(event) => {
            setWanted({ ...wanted, expiresInHours: Number(event.currentTarget.value) });
          }}
        >
          {EXPIRY.map(([hours, title]) => (
            <option key={hours} value={String(hours)}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <div class="dialog-buttons">
        <button type="submit" class="primary">
          Create link
        </button>
      </div>
    </form>
  );
}
