import type { JSX } from 'preact';
import { CARDS, PHONE } from '../grid/card-widths.ts';
import { columnOf } from '../grid/list-columns.tsx';
import { label } from '../model/describe-change.ts';
import { COLUMN_KEYS, GROUPINGS, PLAIN_LOOK, withColumn, type ListLook } from '../model/list-look.ts';
import { MOST_SLA_HOURS, SLA_SEVERITIES } from '../model/sla.ts';
import { Menu } from '../parts/menu.tsx';
import { useMedia } from '../parts/use-media.ts';

interface Props {
  look: ListLook;
  onChange(look: ListLook): void;
}

const GROUP_NAMES = { none: 'nothing', customer: 'customer', title: 'title' } as const;
const ROW_NAMES = [
  ['two lines', false],
  ['one line', true],
] as const;

/** Which columns the list has, what it is grouped by, and how high its rows are; kept in this browser and in the address. */
export function LookMenu(props: Props): JSX.Element {
  return (
    <Menu name="Columns and rows" kind="look">
      {() => <LookPanel {...props} />}
    </Menu>
  );
}

function LookPanel({ look, onChange }: Props): JSX.Element {
  const isCards = useMedia(CARDS);
  const isPhone = useMedia(PHONE);
  return (
    <>
      {!isCards && (
        <fieldset>
          <legend>Columns</legend>
          {COLUMN_KEYS.filter((key) => key !== 'name').map((key) => (
            <label key={key}>
              <input
                type="checkbox"
                checked={look.columns.includes(key)}
                onChange={({ currentTarget }) => {
                  onChange({ ...look, columns: withColumn(look.columns, key, currentTarget.checked) });
                }}
              />
              {columnOf(key).title}
            </label>
          ))}
        </fieldset>
      )}
      {!isCards && look.columns.includes('sla') && <SlaFields look={look} onChange={onChange} />}
      <fieldset>
        <legend>Grouped by</legend>
        {GROUPINGS.map((group) => (
          <label key={group}>
            <input
              type="radio"
              name="group"
              checked={look.group === group}
              onChange={() => {
                onChange({ ...look, group });
              }}
            />
            {GROUP_NAMES[group]}
          </label>
        ))}
      </fieldset>
      {(!isCards || isPhone) && (
        <fieldset>
          <legend>Titles in</legend>
          {ROW_NAMES.map(([name, isDense]) => (
            <label key={name}>
              <input
                type="radio"
                name="rows"
                checked={look.isDense === isDense}
                onChange={() => {
                  onChange({ ...look, isDense });
                }}
              />
              {name}
            </label>
          ))}
        </fieldset>
      )}
      <button
        type="button"
        onClick={() => {
          onChange(PLAIN_LOOK);
        }}
      >
        As it was at first
      </button>
    </>
  );
}

function SlaFields({ look, onChange }: Props): JSX.Element {
  return (
    <fieldset class="sla-fields">
      <legend>SLA: hours from creation</legend>
      {SLA_SEVERITIES.map((severity) => (
        <label key={severity}>
          {label(severity)}
          <input
            type="number"
            min={1}
            max={MOST_SLA_HOURS}
            step={1}
            required
            value={look.sla[severity]}
            onChange={({ currentTarget }) => {
              if (currentTarget.checkValidity())
                onChange({ ...look, sla: { ...look.sla, [severity]: currentTarget.valueAsNumber } });
            }}
          />
        </label>
      ))}
    </fieldset>
  );
}
