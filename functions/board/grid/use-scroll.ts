import { useEffect, useState } from 'preact/hooks';
import { listPlace } from '../data/list-place.ts';

/** What of the list is in sight; a reader who returns finds it where it was left. */
export function useScroll(grid: { current: HTMLElement | null }): {
  scrollTop: number;
  height: number;
  onScroll(): void;
} {
  const [place, setPlace] = useState({ scrollTop: listPlace.scrollTop, height: 800 });
  const measure = (): void => {
    const element = grid.current;
    if (element === null) return;
    listPlace.scrollTop = element.scrollTop;
    setPlace({ scrollTop: element.scrollTop, height: element.clientHeight });
  };
  useEffect(() => {
    const element = grid.current;
    if (element === null) return undefined;
    element.scrollTop = listPlace.scrollTop;
    // A user who returns from an incident continues with the arrow keys; a user who is typing keeps the focus.
    if (listPlace.key !== '' && document.activeElement === document.body) element.focus({ preventScroll: true });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  return { ...place, onScroll: measure };
}
