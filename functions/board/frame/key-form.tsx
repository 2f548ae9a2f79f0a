import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

interface Props {
  isRefused: boolean;
  onKey(key: string): void;
}

export function KeyForm({ isRefused, onKey }: Props): JSX.Element {
  const [key, setKey] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    if (key.trim() !== '') onKey(key.trim());
  };
  return (
    <main class="lone">
      <h1>Incident board</h1>
      <form onSubmit={submit}>
        <label for="key">Function key</label>
        <input
          id="key"
          type="password"
          autocomplete="off"
          value={key}
          autofocus
          aria-describedby="key-hint"
          aria-invalid={isRefused}
          onInput={(event) => {
            setKey(event.currentTarget.value);
          }}
        />
        {isRefused && (
          <p class="problem" role="alert">
            The app refused this key.
          </p>
        )}
        <p id="key-hint" class="hint">
          A key of this function app. It is kept until this tab is closed, and is sent to this app only.
        </p>
        <button class="primary" type="submit">
          Open the board
        </button>
      </form>
    </main>
  );
}
