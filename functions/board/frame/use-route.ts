import { useEffect, useState } from 'preact/hooks';
import { readRoute, writeRoute, type Route } from '../model/route.ts';

/** Where the page is, and how to go elsewhere: what is typed replaces the entry of the browser's history. */
export function useRoute(): [Route, (route: Route, options?: { isReplacing?: boolean }) => void] {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  useEffect(() => {
    const follow = (): void => {
      setRoute(readRoute(location.hash));
    };
    addEventListener('hashchange', follow);
    return () => {
      removeEventListener('hashchange', follow);
    };
  }, []);
  const go = (next: Route, { isReplacing = false } = {}): void => {
    const hash = writeRoute(next);
    if (isReplacing) history.replaceState(null, '', hash);
    else if (hash !== location.hash) history.pushState(null, '', hash);
    setRoute(next);
  };
  return [route, go];
}
