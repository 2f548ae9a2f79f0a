/** Time that passes only when everybody waits: events run in the order of their moments, one after the other. */
export interface VirtualTime {
  /** Milliseconds since 1970 of the world's true clock. */
  now(): number;
  /** Resolves `ms` later. Never resolves for an owner that has been stopped. */
  wait(ms: number): Promise<void>;
  at(moment: number, action: () => void): void;
  /** Runs events until none is left or `until` is reached. */
  run(until: number): Promise<number>;
}

interface Event {
  moment: number;
  order: number;
  action: () => void;
}

export function createVirtualTime(start: number): VirtualTime {
  const heap: Event[] = [];
  let now = start;
  let order = 0;

  const isBefore = (a: Event, b: Event): boolean => a.moment < b.moment || (a.moment === b.moment && a.order < b.order);

  function push(event: Event): void {
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(event, above)) break;
      heap[at] = above;
      heap[parent] = event;
      at = parent;
    }
  }

  function pop(): Event | undefined {
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = left;
      const leftEvent = heap[left];
      if (leftEvent === undefined) break;
      const rightEvent = heap[right];
      if (rightEvent !== undefined && isBefore(rightEvent, leftEvent)) least = right;
      const child = heap[least];
      if (child === undefined || !isBefore(child, last)) break;
      heap[at] = child;
      at = least;
    }
    heap[at] = last;
    return top;
  }

  const at = (moment: number, action: () => void): void => {
    push({ moment: Math.max(moment, now), order: order++, action });
  };

  return {
    now: () => now,
    at,
    wait: (ms) =>
      new Promise((resolve) => {
        at(now + ms, resolve);
      }),
    run: async (until) => {
      let steps = 0;
      for (;;) {
        const next = heap[0];
        if (next === undefined || next.moment > until) break;
        pop();
        now = next.moment;
        next.action();
        steps += 1;
        // Comes when all promises are settled: everything that the event has woken has run up to its next wait.
        await new Promise<void>((resolve) => {
          process.nextTick(resolve);
        });
      }
      now = Math.max(now, until);
      return steps;
    },
  };
}
