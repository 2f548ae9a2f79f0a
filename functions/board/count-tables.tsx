import type { JSX } from 'preact';
import type { CustomerCounts, DayCounts } from './count-per-day.ts';
import { label } from './describe-change.ts';
import { SEVERITY_ORDER } from './select-incidents.ts';
import { OutsideText } from './outside-text.tsx';

const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });

interface Row {
  key: string;
  title: string;
  numbers: readonly number[];
}

/** The chart's numbers for whoever does not see it. */
export function DayTable({ counts: { days, counts } }: { counts: DayCounts }): JSX.Element {
  const rows = days.map((day, index) => ({
    key: day.toISOString(),
    title: DAY.format(day),
    numbers: counts.map((row) => row[index] ?? 0),
  }));
  return <CountTable caption="By day" head="Day" rows={rows.toReversed()} />;
}

export function CustomerTable({ customers }: { customers: readonly CustomerCounts[] }): JSX.Element {
  const rows = customers.map(({ tenantId, name, bySeverity }) => ({ key: tenantId, title: name, numbers: bySeverity }));
  return <CountTable caption="By customer" head="Customer" rows={rows} />;
}

function CountTable({ caption, head, rows }: { caption: string; head: string; rows: readonly Row[] }): JSX.Element {
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
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, title, numbers }) => (
            <tr key={key}>
              <th scope="row">
                <OutsideText text={title} />
              </th>
              {numbers.map((number, index) => (
                <td key={index} class={number === 0 ? 'number zero' : 'number'}>
                  {number}
                </td>
              ))}
              <td class="number">{numbers.reduce((sum, number) => sum + number, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
