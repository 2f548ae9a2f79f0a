import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from '../parts/dialog.tsx';

interface Props {
  title: string;
  /** The button that does it. */
  doTitle: string;
  /** The button that leaves all as it is. */
  leaveTitle: string;
  isDangerous?: boolean;
  /** Has to be typed first. */
  word?: string | undefined;
  onDo(): void;
  onClose(): void;
  children: ComponentChildren;
}

/** Asks before something that others will notice, or that cannot be undone. */
export function ConfirmDialog(props: Props): JSX.Element {
  const { title, doTitle, leaveTitle, isDangerous = false, word, onDo, onClose, children } = props;
  const [typed, setTyped] = useState('');
  const isTyped = word === undefined || typed.trim() === word;
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isTyped) return;
          onDo();
          onClose();
        }}
      >
        {word !== undefined && (
          <label class="field">
            Type “{word}” to go on
            <input
              type="text"
              autocomplete="off"
              value={typed}
              onInput={(event) => {
                setTyped(event.currentTarget.value);
              }}
            />
          </label>
        )}
        <div class="dialog-buttons">
          <button type="button" onClick={onClose}>
            {leaveTitle}
          </button>
          <button type="submit" class={isDangerous ? 'danger' : 'primary'} disabled={!isTyped}>
            {doTitle}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
