import type { JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';

interface Props {
  label: string;
  text: string;
}

/** A text to copy. Where the browser keeps the clipboard closed, as on plain http, it is selected for the keyboard. */
export function CopyField({ label, text }: Props): JSX.Element {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied.');
    } catch {
      setSaid('Selected: copy it with Ctrl+C.');
    }
  };
  return (
    <div class="copy">
      <label for={id}>{label}</label>
      <input id={id} ref={field} type="text" readOnly value={text} />
      <button type="button" class="primary" onClick={() => void copy()}>
        Copy
      </button>
      <span role="status">{said}</span>
    </div>
  );
}
