import { useEffect, useState } from 'preact/hooks';

/** This browser's time, for sentences such as "3 min ago". */
export function useNow(everyMs = 30_000): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const tick = (): void => {
      setNowMs(Date.now());
    };
    const timer = setInterval(tick, everyMs);
    // A browser may delay the timers of a hidden page.
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [everyMs]);
  return nowMs;
}
