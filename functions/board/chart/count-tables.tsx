import type { JSX } from 'preact';
import { label } from '../model/describe-change.ts';
import { SEVERITY_ORDER } from '../model/select-incidents.ts';
import { OutsideText } from '../parts/outside-text.tsx';
import type { CustomerCounts, DayCounts } from './count-per-day.ts';
import { knownFor, formatCount, type KnownDay } from './known-days.ts';

const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });

interface Row {
  key: string;
  title: string;
  numbers: readonly number[];
  state: KnownDay['state'];
  known: string;
}

interface DayProps {
  counts: DayCounts;
  known: readonly KnownDay[];
}

/** The chart's numbers for users who cannot see it. */
export function DayTable({ counts: { days, counts }, known }: DayProps): JSX.Element {
  const rows = days.map((day, index) => {
    const own = known[index] ?? UNKNOWN;
    const numbers = counts.map((row) => row[index] ?? 0);
    return { key: day.toISOString(), title: DAY.format(day), numbers, state: own.state, known: knownFor(own) };
  });
  return <CountTable caption="By day" head="Day" knownHead="Known for" rows={rows.toReversed()} />;
}

const UNKNOWN: KnownDay = { state: 'unknown', known: 0, of: 0 };

interface CustomerProps {
  customers: readonly CustomerCounts[];
  /** What is known of each day of each customer. */
  known: ReadonlyMap<string, readonly KnownDay[]>;
}

export function CustomerTable({ customers, known }: CustomerProps): JSX.Element {
  const rows = customers.map(({ tenantId, name, bySeverity }) => {
    const days = known.get(tenantId) ?? [];
    const whole = days.filter((day) => day.known === day.of).length;
    const state = whole === days.length && whole > 0 ? ('whole' as const) : ('part' as const);
    return { key: tenantId, title: name, numbers: bySeverity, state, known: `${whole} of ${days.length}` };
  });
  return <CountTable caption="By customer" head="Customer" knownHead="Days known" rows={rows} />;
}

interface TableProps {
  caption: string;
  head: string;
  knownHead: string;
  rows: readonly Row[];
}

function CountTable({ caption, head, knownHead, rows }: TableProps): JSX.Element {
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {SEVERITY_ORDER.map((severity) => (
              <th key={severity} scope="col" class="number">
                {severity === 'informational' ? 'Info' : label(severity)}
              </th>
            ))}
            <th scope="col" class="number">
              All
            </th>
            <th scope="col" class="number">
              {knownHead}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, title, numbers, state, known }) => (
            <tr key={key}>
              <th scope="row">
                <OutsideText text={title} />
              </th>
              {numbers.map((number, index) => (
                <td key={index} class={number === 0 ? 'number zero' : 'number'}>
                  {formatCount(number, state)}
                </td>
              ))}
              <td class="number">
                {formatCount(
                  numbers.reduce((sum, number) => sum + number, 0),
                  state,
                )}
              </td>
              <td class="number known">{known}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
