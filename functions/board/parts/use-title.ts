import { useEffect } from 'preact/hooks';
import { showControls } from './show-controls.ts';

const BOARD = 'Incident board';

/** Names the tab, so that several can be distinguished; the text may come from outside. `undefined`: somebody else names it. */
export function useTitle(text: string | undefined): void {
  useEffect(() => {
    if (text !== undefined) document.title = `${showControls(text)} · ${BOARD}`;
  }, [text]);
}
