import { useLayoutEffect } from 'preact/hooks';

/** Single keys, which are text while somebody types and belong to a dialog while one is open. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  // Before the page is seen: a key that is pressed at once is not lost.
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const act = keys[event.key];
      if (act === undefined || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('keydown', onKeyDown);
    };
  });
}

/** True when a key belongs to a field or to an open dialog. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest('input:not([type=checkbox]), textarea, select, dialog[open]') !== null;
}
