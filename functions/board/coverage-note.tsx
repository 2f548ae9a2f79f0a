import type { JSX } from 'preact';
import type { Coverage } from '../../shared/domain/coverage.ts';
import { useBoard } from './board-context.ts';
import { formatAgo, formatLocal } from './format-time.ts';
import { blindSentence } from './freshness.ts';
import { useMedia } from './use-media.ts';
import { writeRoute } from './route.ts';
import { countOf } from './words.ts';
import { OutsideText } from './outside-text.tsx';

const SHOWN = 3;
const SHOWN_NARROW = 1;

/** How far a list can be believed. It stands beside every list, and above all beside an empty one. */
export function CoverageNote({ coverage }: { coverage: Coverage }): JSX.Element {
  const { nowMs } = useBoard();
  const { blindCount, blind, gapCount, completeThrough, completeThroughExceptBlind } = coverage;
  const point = blindCount === 0 ? completeThrough : completeThroughExceptBlind;
  const all = blindCount === 0 ? 'all customers' : 'all others';
  // A list that reaches back also names those that see again; the others come first, as the worst.
  const areBlind = blind.some(({ until }) => until === null);
  const shown = useMedia('(max-width: 47.99rem)') ? SHOWN_NARROW : SHOWN;
  const first = blind.slice(0, shown);
  const rest = blind.slice(shown);
  const unnamed = blindCount - blind.length;
  return (
    <div class={`note coverage ${blindCount > 0 ? 'bad' : gapCount > 0 ? 'warn' : 'good'}`} role="status">
      {blindCount > 0 && (
        <p>
          <strong>
            {countOf(blindCount, 'customer')} {areBlind ? 'blind' : 'blind meanwhile'}
          </strong>
          {areBlind ? ', new incidents there are missing here: ' : ', what came then was stored later: '}
          {first.map((tenant) => (
            <BlindItem key={tenant.tenantId} tenant={tenant} />
          ))}
        </p>
      )}
      {rest.length > 0 && (
        <details>
          <summary>and {rest.length + unnamed} more</summary>
          {rest.map((tenant) => (
            <BlindItem key={tenant.tenantId} tenant={tenant} />
          ))}
          {unnamed > 0 && <p>and {unnamed} that are less late</p>}
        </details>
      )}
      <p>
        {point === null
          ? 'Not yet complete: a first read is under way.'
          : `Complete up to ${formatLocal(point, nowMs)} (${formatAgo(point, nowMs)}) for ${all}.`}{' '}
        {gapCount > 0 &&
          `${gapCount === 1 ? '1 stretch' : `${gapCount} stretches`} of time could not be read and will be tried again.`}
      </p>
    </div>
  );
}

function BlindItem({ tenant }: { tenant: Coverage['blind'][number] }): JSX.Element {
  const { nowMs } = useBoard();
  const route = { view: 'customers', q: tenant.tenantId, status: '', sort: 'name' } as const;
  return (
    <span class="blind-item">
      <a href={writeRoute(route)}>
        <OutsideText text={tenant.tenantName ?? tenant.tenantId} />
      </a>{' '}
      {blindSentence(tenant, nowMs)}
    </span>
  );
}
