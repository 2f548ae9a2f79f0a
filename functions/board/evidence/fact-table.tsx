import type { ComponentChildren, JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { useMedia } from '../parts/use-media.ts';

export interface FactRow {
  key: string;
  cells: readonly ComponentChildren[];
}

interface Props {
  title: string;
  columns: readonly string[];
  rows: readonly FactRow[];
}

const SHOWN = 20;
const MORE = 200;

/** A table that becomes a list of cards where a table would have to be cut. */
export function FactTable({ title, columns, rows }: Props): JSX.Element {
  const id = useId();
  const [most, setMost] = useState(SHOWN);
  const isNarrow = useMedia('(max-width: 47.99rem)');
  const shown = rows.slice(0, most);
  // A column that no row fills says nothing.
  const filled = columns.map((_, at) => rows.some(({ cells }) => !isEmpty(cells[at])));
  const Shown = isNarrow ? Cards : Table;
  return (
    <section class="fact-table" aria-labelledby={id}>
      <h3 id={id}>
        {title} <span class="hint">{rows.length.toLocaleString('en')}</span>
      </h3>
      <Shown columns={columns} rows={shown} filled={filled} titleId={id} />
      {rows.length > most && (
        <button
          type="button"
          onClick={() => {
            setMost(most + MORE);
          }}
        >
          Show more ({(rows.length - most).toLocaleString('en')})
        </button>
      )}
    </section>
  );
}

const isEmpty = (cell: ComponentChildren): boolean =>
  cell === null || cell === undefined || (Array.isArray(cell) && cell.length === 0);

interface ShownProps extends Omit<Props, 'title'> {
  filled: readonly boolean[];
  titleId: string;
}

function Table({ columns, rows, filled, titleId }: ShownProps): JSX.Element {
  return (
    <table aria-labelledby={titleId}>
      <thead>
        <tr>{columns.map((column, at) => (filled[at] === true ? <th key={column}>{column}</th> : null))}</tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells }) => (
          <tr key={key}>{cells.map((cell, at) => (filled[at] === true ? <td key={columns[at]}>{cell}</td> : null))}</tr>
        ))}
      </tbody>
    </table>
  );
}

function Cards({ columns, rows, titleId }: ShownProps): JSX.Element {
  return (
    <ul class="fact-cards" aria-labelledby={titleId}>
      {rows.map(({ key, cells }) => (
        <li key={key}>
          <dl>
            {cells.map((cell, at) =>
              isEmpty(cell) ? null : (
                <div key={columns[at]}>
                  <dt>{columns[at]}</dt>
                  <dd>{cell}</dd>
                </div>
              ),
            )}
          </dl>
        </li>
      ))}
    </ul>
  );
}
