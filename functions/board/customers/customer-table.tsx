import type { JSX } from 'preact';
import type { BoardTenant } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { NO_FILTER } from '../model/incident-filter.ts';
import { writeRoute } from '../model/route.ts';
import { capital, freshnessOf, silenceSentence, type Freshness } from '../parts/freshness.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { NONE_OPEN, type OpenCount, type ShownSeverity } from './count-open.ts';
import { LagBar } from './lag-bar.tsx';
import { StateWord } from './state-word.tsx';

interface Props {
  tenants: readonly BoardTenant[];
  /** `undefined` while the open incidents are not read yet. */
  open: ReadonlyMap<string, OpenCount> | undefined;
  /** There are more open incidents than were counted. */
  isPart: boolean;
}

const SEVERITIES: readonly [severity: ShownSeverity, title: string][] = [
  ['high', 'High'],
  ['medium', 'Medium'],
  ['low', 'Low'],
  ['informational', 'Info'],
];

/** One line for each customer: how it is, what is open there, when something came last, what to know. */
export function CustomerTable({ tenants, open, isPart }: Props): JSX.Element {
  return (
    <table class="customers">
      <thead>
        <tr>
          <th scope="col">Customer</th>
          <th scope="col">State</th>
          <th scope="col">Behind</th>
          <th scope="col" class="number">
            Open
          </th>
          {SEVERITIES.map(([severity, title]) => (
            <th key={severity} scope="col" class="number">
              {title}
            </th>
          ))}
          <th scope="col">Last incident</th>
          <th scope="col">To know</th>
        </tr>
      </thead>
      <tbody>
        {tenants.map((tenant) => (
          <CustomerRow
            key={tenant.tenantId}
            tenant={tenant}
            open={open === undefined ? undefined : (open.get(tenant.tenantId) ?? NONE_OPEN)}
            isPart={isPart}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  tenant: BoardTenant;
  open: OpenCount | undefined;
  isPart: boolean;
}

function CustomerRow({ tenant, open, isPart }: RowProps): JSX.Element {
  const { nowMs } = useBoard();
  const { tenantId, displayName, labels, completeThrough, lastIncidentAt } = tenant;
  const freshness = freshnessOf(tenant, nowMs);
  const incidents = (severity: readonly string[]): string =>
    writeRoute({ view: 'incidents', filter: { ...NO_FILTER, tenant: tenantId, severity } });
  return (
    <tr class={`customer ${freshness.kind}`}>
      <th scope="row" class="who">
        <a href={writeRoute({ view: 'customer', tenantId })}>
          <OutsideText text={displayName ?? tenantId} />
        </a>
        {labels.map((one) => (
          <span key={one} class="tag">
            {one}
          </span>
        ))}
      </th>
      <td class="how">
        <StateWord tenant={tenant} kind={freshness.kind} />
      </td>
      <td class="behind">
        <LagBar completeThrough={completeThrough} kind={freshness.kind} />
      </td>
      <td class="number total">
        <Count count={open?.all} word="open" isPart={isPart} href={incidents([])} />
      </td>
      {SEVERITIES.map(([severity, title]) => (
        <td key={severity} class={`number ${open?.by[severity] === 0 ? 'none' : `severity-count ${severity}`}`}>
          <Count count={open?.by[severity]} word={title.toLowerCase()} isPart={isPart} href={incidents([severity])} />
        </td>
      ))}
      <td class="last">
        {lastIncidentAt === null ? <span class="hint">–</span> : <Moment at={lastIncidentAt} isRelative />}
      </td>
      <td class="know">{<OutsideText text={toKnow(tenant, freshness)} most={300} />}</td>
    </tr>
  );
}

interface CountProps {
  count: number | undefined;
  word: string;
  isPart: boolean;
  href: string;
}

/** The word is seen where the columns have no heads. */
function Count({ count, word, isPart, href }: CountProps): JSX.Element {
  if (count === undefined) return <span class="hint">…</span>;
  const text = `${count.toLocaleString('en')}${isPart ? '+' : ''}`;
  const named = (
    <>
      {text}
      <span class="narrow-word"> {word}</span>
    </>
  );
  return count === 0 ? <span class="zero">{named}</span> : <a href={href}>{named}</a>;
}

/** The most important of what the customer's page says; nothing where all is well. */
function toKnow(
  { hint, gaps, silence, backfill }: BoardTenant,
  { kind, sentence, problem, action }: Freshness,
): string {
  const gapText = gaps.length === 0 ? [] : [gaps.length === 1 ? '1 gap' : `${gaps.length} gaps`];
  switch (kind) {
    case 'fresh':
      return [
        ...(hint === null ? [] : [hint]),
        ...(backfill === null ? [] : ['Its past is being read']),
        ...gapText,
      ].join('. ');
    case 'silent':
      return [silence === null ? sentence : capital(silenceSentence(silence)), ...gapText].join('. ');
    case 'failing':
      return [problem ?? sentence, ...(action === undefined ? [] : [`Next: ${action}`])].join('. ');
    case 'blind':
      return [sentence, ...(action === undefined ? [] : [`Next: ${action}`])].join('. ');
    case 'reading':
    case 'waiting':
    case 'stopped':
      return sentence;
  }
}
