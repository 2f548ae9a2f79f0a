import type { JSX } from 'preact';
import type { LinkView } from '../../../shared/domain/consent/link-view.ts';
import type { Api } from '../data/api.ts';
import { useBoard } from '../data/board-context.ts';
import { loadPages } from '../data/load-pages.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { writeRoute } from '../model/route.ts';
import { countOf } from '../model/words.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useOutcome, type Outcome } from './use-outcome.ts';

const MOST_LINKS = 5_000;
const MINUTE_MS = 60_000;

/** Links that can still be used; of one customer, or of all and for anybody. */
export function ConsentLinks({ tenantId }: { tenantId?: string }): JSX.Element {
  const { api, linksMade } = useBoard();
  const { value, error, refresh } = useLoaded(
    () => loadLinks(api, tenantId),
    [api, tenantId, linksMade],
    () => MINUTE_MS,
  );
  const outcome = useOutcome(refresh);
  if (error !== undefined && value === undefined)
    return <ProblemNote error={error} what="The consent links cannot be read" onRetry={refresh} />;
  const links = value ?? [];
  const list = (
    <>
      {links.length > 0 && (
        <ul class="links">
          {links.map((link) => (
            <Link key={link.id} link={link} isNamed={tenantId === undefined} outcome={outcome} />
          ))}
        </ul>
      )}
      <p class="hint" role="status">
        {outcome.outcome}
      </p>
    </>
  );
  if (tenantId !== undefined)
    return (
      <>
        <p>
          {value === undefined
            ? 'Reading the links…'
            : links.length === 0
              ? 'No link is open.'
              : `${countOf(links.length, 'link')} open.`}
        </p>
        {list}
      </>
    );
  return (
    <details class="open-links">
      <summary>{countOf(links.length, 'consent link')} open</summary>
      {list}
    </details>
  );
}

async function loadLinks(api: Api, tenantId: string | undefined): Promise<readonly LinkView[]> {
  const { items } = await loadPages<LinkView>(
    async (cursor) => {
      const page = await api.consentLinks({ pageSize: '500', ...(cursor !== undefined && { cursor }) });
      return { items: page.consentLinks, cursor: page.cursor };
    },
    { most: MOST_LINKS, keyOf: ({ id }) => id },
  );
  const own = tenantId === undefined ? items : items.filter((link) => link.tenantId === tenantId);
  return own.toSorted((a, b) => a.expiresAt.localeCompare(b.expiresAt));
}

interface LinkProps {
  link: LinkView;
  /** Says for whom it is. */
  isNamed: boolean;
  outcome: Outcome;
}

function Link({ link, isNamed, outcome: { run, isBusy } }: LinkProps): JSX.Element {
  const { api } = useBoard();
  const { id, initiator, createdAt, expiresAt, attempts, lastRefusal } = link;
  return (
    <li class="link">
      <div>
        <p>
          {isNamed && <LinkOwner link={link} />}
          Good until <Moment at={expiresAt} withUtc />. Made by <OutsideText text={initiator} most={100} />,{' '}
          <Moment at={createdAt} />.
        </p>
        {lastRefusal !== null && (
          <p class="problem">
            Last visit, <Moment at={lastRefusal.at} />: {lastRefusal.outcome.replaceAll('-', ' ')}
            {lastRefusal.aadsts !== null && ` (AADSTS${lastRefusal.aadsts})`}
            {lastRefusal.action !== null && `. Next: ${lastRefusal.action}`}. {10 - attempts} attempts left.
          </p>
        )}
      </div>
      <button
        type="button"
        disabled={isBusy}
        onClick={() =>
          void run({ title: 'Withdraw', done: 'The link is withdrawn', act: () => api.withdrawConsentLink(id) })
        }
      >
        Withdraw
      </button>
    </li>
  );
}

function LinkOwner({ link: { tenantId, displayName } }: { link: LinkView }): JSX.Element {
  const { tenants } = useBoard();
  const known = tenants.value?.find((tenant) => tenant.tenantId === tenantId);
  const name = known?.displayName ?? displayName;
  if (tenantId === null)
    return (
      <>
        <strong>
          For any tenant{name !== null && ', to be called '}
          {name !== null && <OutsideText text={name} most={100} />}
        </strong>
        .{' '}
      </>
    );
  return (
    <>
      <a href={writeRoute({ view: 'customer', tenantId })}>
        <OutsideText text={name ?? tenantId} most={100} />
      </a>
      .{' '}
    </>
  );
}
