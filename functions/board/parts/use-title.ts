import { useEffect } from 'preact/hooks';
import { showControls } from './show-controls.ts';

const BOARD = 'Incident board';

/** Names the tab, so that several can be distinguished; the text may come from outside. */
export function useTitle(text: string | undefined): void {
  useEffect(() => {
    document.title = text === undefined ? BOARD : `${showControls(text)} · ${BOARD}`;
  }, [text]);
}
