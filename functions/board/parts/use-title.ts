import { useEffect } from 'preact/hooks';
import { showControls } from './show-controls.ts';

const BOARD = 'Incident board';

/** A tab has one title; a view gives the text, the frame the count. */
const title: { text: string | undefined; count: number } = { text: undefined, count: 0 };

function write(): void {
  const { text, count } = title;
  const mark = count === 0 ? '' : `(${count.toLocaleString('en')}) `;
  document.title = mark + (text === undefined ? BOARD : `${showControls(text)} · ${BOARD}`);
}

/** Names the tab, so that several can be distinguished; the text may come from outside. `undefined`: somebody else names it. */
export function useTitle(text: string | undefined): void {
  useEffect(() => {
    if (text === undefined) return;
    title.text = text;
    write();
  }, [text]);
}

/** How much is new, seen from another tab. */
export function useTitleCount(count: number): void {
  useEffect(() => {
    title.count = count;
    write();
  }, [count]);
}
