import type { JSX } from 'preact';
import { label } from '../model/describe-change.ts';

interface Props {
  legend: string;
  /** Those that are chosen among them. */
  words: readonly string[];
  counts: ReadonlyMap<string, number>;
  /** The counts are of some incidents: there may be more of each. */
  isPart: boolean;
  chosen: readonly string[];
  onChange(chosen: string[]): void;
}

/** Words to choose any of; none chosen means all. */
export function ChipGroup({ legend, words, counts, isPart, chosen, onChange }: Props): JSX.Element {
  const toggle = (word: string): void => {
    onChange(chosen.includes(word) ? chosen.filter((one) => one !== word) : [...chosen, word]);
  };
  return (
    <fieldset class="chips">
      <legend>{legend}</legend>
      {words.map((word) => (
        <label key={word} class={`chip ${word}`}>
          <input
            type="checkbox"
            checked={chosen.includes(word)}
            onChange={() => {
              toggle(word);
            }}
          />
          <span>{label(word)}</span>{' '}
          <b>
            {(counts.get(word) ?? 0).toLocaleString('en')}
            {isPart && '+'}
          </b>
        </label>
      ))}
      {words.length === 0 && <span class="hint">none</span>}
    </fieldset>
  );
}
