import type { JSX } from 'preact';
import { showControls } from './show-controls.ts';

interface Props {
  text: string;
  /** What is longer is cut off: text of 10 KB is slow to lay out, and a list shows one line of it anyway. */
  most?: number;
}

/** Text that came from outside: it cannot turn around what stands beside it, nor itself without being seen. */
export function OutsideText({ text, most = 20_000 }: Props): JSX.Element {
  return <bdi>{showControls(text.slice(0, most))}</bdi>;
}
