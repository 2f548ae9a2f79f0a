import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

interface Props {
  title: string;
  value: string;
  options: readonly string[];
  onChange(value: string): void;
}

/** A text of which a part is enough, with the known names to choose from. */
export function SuggestField({ title, value, options, onChange }: Props): JSX.Element {
  const id = useId();
  return (
    <label class="field">
      {title}
      <input
        type="text"
        list={id}
        value={value}
        placeholder="any"
        autocomplete="off"
        onInput={(event) => {
          onChange(event.currentTarget.value);
        }}
      />
      <datalist id={id}>
        {options.map((option) => (
          <option key={option} value={option} />
        ))}
      </datalist>
    </label>
  );
}
