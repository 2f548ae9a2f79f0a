import type { JSX } from 'preact';
import { showControls } from './show-controls.ts';

interface Props {
  text: string;
  /** What is longer is cut off: text of 10 KB is slow to lay out, and a list shows one line of it anyway. */
  most?: number;
}

/** Text from outside: it cannot reverse the direction of the text around it, nor its own without being seen. */
export function OutsideText({ text, most }: Props): JSX.Element {
  return <bdi>{toOutsideText(text, most)}</bdi>;
}

/** The same as the whole content of an element with `dir="auto"`: a box that cuts off has to cut where the text ends. */
export function toOutsideText(text: string, most = 20_000): string {
  return showControls(text.length > most ? `${text.slice(0, most)}…` : text);
}
