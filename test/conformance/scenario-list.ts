import type { FaultRule } from '../../local/simulator/state/fault.ts';
import type { SimulatorControl } from '../../local/simulator/state/simulator.ts';
import {
  TICKS_PER_HOUR,
  TICKS_PER_MINUTE,
  TICKS_PER_MS,
  TICKS_PER_SECOND,
  type Ticks,
} from '../../shared/domain/values/ticks.ts';
import { poison } from '../scenarios/troubles/poisoned-windows.ts';

/** What a scenario may do to the source, and when the collector polls. */
export interface Stage {
  control: SimulatorControl;
  tenantId: string;
  /** The next scheduled poll. */
  poll(): Promise<void>;
  /** Does it once, when the source has answered so many list calls more. */
  afterListCall(number: number, action: () => void): void;
}

export interface ConformanceScenario {
  letter: string;
  title: string;
  /** Returns the ids of what no collector can read, if there is any: it counts as lost for nobody. */
  play(stage: Stage): Promise<readonly string[] | undefined>;
}

const CROWD = 250;
/** What a source may need to be understood: three polls, a search included. */
const SEARCH_POLLS = 3;

/** Adds incidents, one a minute, the last one a minute old. Answers their ids, oldest first. */
function seed({ control, tenantId }: Stage, count: number): string[] {
  const now = control.now();
  return Array.from({ length: count }, (_, number) => {
    const lastUpdateTime = now - BigInt(count - number) * TICKS_PER_MINUTE;
    return control.addIncident(tenantId, { lastUpdateTime }).incidentId;
  });
}

/** The id of the incident at this place of a newest-first list. */
const nthNewest = (ids: readonly string[], place: number): string => ids.at(-place) ?? '';

const listFault = (tenantId: string, nthMatching: number, fault: FaultRule['fault']): FaultRule => ({
  name: 'conformance',
  match: { role: 'incident-list', tenantId, nthMatching },
  fault,
});

/** An incident that is dated so and cannot be read before the next poll is over. */
function addLate({ control, tenantId }: Stage, lastUpdateTime: Ticks): void {
  control.addIncident(tenantId, { lastUpdateTime, visibleAt: control.now() + 9n * TICKS_PER_MINUTE });
}

/** One list of dangers for all collectors; the letters are those under which pollers were compared before. */
export const CONFORMANCE_SCENARIOS: readonly ConformanceScenario[] = [
  {
    letter: 'A',
    title: 'idle: nothing changes',
    play: async (stage) => {
      seed(stage, 20);
      await stage.poll();
    },
  },
  {
    letter: 'B',
    title: 'drain: 250 incidents wait',
    play: async (stage) => {
      seed(stage, CROWD);
      await stage.poll();
    },
  },
  {
    letter: 'C',
    title: 'number 150, not read yet, is updated while pages are read',
    play: async (stage) => {
      const ids = seed(stage, CROWD);
      stage.afterListCall(1, () => stage.control.updateIncident(stage.tenantId, nthNewest(ids, 150)));
      await stage.poll();
    },
  },
  {
    letter: 'K',
    title: 'number 60 of the first page is updated before the second is read',
    play: async (stage) => {
      const ids = seed(stage, CROWD);
      stage.afterListCall(1, () => stage.control.updateIncident(stage.tenantId, nthNewest(ids, 60)));
      await stage.poll();
    },
  },
  {
    letter: 'D',
    title: '5 new ones appear while pages are read',
    play: async (stage) => {
      seed(stage, CROWD);
      stage.afterListCall(1, () => {
        for (let number = 0; number < 5; number += 1) stage.control.addIncident(stage.tenantId);
      });
      await stage.poll();
    },
  },
  {
    letter: 'E',
    title: 'the third page fails with 503',
    play: async (stage) => {
      seed(stage, CROWD);
      stage.control.addFault(listFault(stage.tenantId, 3, { kind: 'status', status: 503 }));
      await stage.poll();
    },
  },
  {
    letter: 'F',
    title: 'one becomes visible late, 5 s older than the newest',
    play: async (stage) => {
      seed(stage, 20);
      const { lastUpdateTime } = stage.control.addIncident(stage.tenantId);
      addLate(stage, lastUpdateTime - 5n * TICKS_PER_SECOND);
      await stage.poll();
    },
  },
  {
    letter: 'G',
    title: 'one becomes visible late, in the same instant as the newest',
    play: async (stage) => {
      seed(stage, 20);
      const { lastUpdateTime } = stage.control.addIncident(stage.tenantId);
      addLate(stage, lastUpdateTime);
      await stage.poll();
    },
  },
  {
    letter: 'H',
    title: 'one is resolved later',
    play: async (stage) => {
      const ids = seed(stage, 20);
      await stage.poll();
      stage.control.updateIncident(stage.tenantId, nthNewest(ids, 10), { status: 'Resolved' });
      await stage.poll();
    },
  },
  {
    letter: 'I',
    title: 'the next one is 300 ms younger than the newest',
    play: async (stage) => {
      seed(stage, 20);
      const { lastUpdateTime } = stage.control.addIncident(stage.tenantId);
      await stage.poll();
      stage.control.addIncident(stage.tenantId, { lastUpdateTime: lastUpdateTime + 300n * TICKS_PER_MS });
      await stage.poll();
    },
  },
  {
    letter: 'J',
    title: 'the first call is throttled, with a wait of 2 s',
    play: async (stage) => {
      seed(stage, 20);
      stage.control.addFault(listFault(stage.tenantId, 1, { kind: 'throttle', form: 'header-seconds', seconds: 2 }));
      await stage.poll();
    },
  },
  {
    letter: 'L',
    title: '150 lie in one instant, over the edge of a page',
    play: async (stage) => {
      const lastUpdateTime = stage.control.now() - TICKS_PER_HOUR;
      for (let number = 0; number < 150; number += 1) stage.control.addIncident(stage.tenantId, { lastUpdateTime });
      stage.afterListCall(1, () => stage.control.addIncident(stage.tenantId, { lastUpdateTime }));
      await stage.poll();
    },
  },
  {
    letter: 'M',
    title: 'two incidents are merged, and the target changes once more while pages are read',
    play: async (stage) => {
      const ids = seed(stage, CROWD);
      await stage.poll();
      const [from, into] = [nthNewest(ids, 200), nthNewest(ids, 5)];
      stage.control.redirectIncident(stage.tenantId, from, into);
      stage.afterListCall(1, () => stage.control.updateIncident(stage.tenantId, into, { keepsUpdateTime: false }));
      await stage.poll();
    },
  },
  {
    letter: 'N',
    title: 'every list whose window holds one certain incident answers 500',
    play: async (stage) => {
      seed(stage, 20);
      await stage.poll();
      const bad = nthNewest(seed(stage, 5), 3);
      poison(stage, bad, [{ kind: 'status', status: 500 }]);
      for (let poll = 0; poll < SEARCH_POLLS; poll += 1) await stage.poll();
      return [bad];
    },
  },
  {
    letter: 'O',
    title: 'every list with $top above 20 answers 504',
    play: async (stage) => {
      seed(stage, 60);
      stage.control.addFault({
        name: 'conformance',
        match: { role: 'incident-list', tenantId: stage.tenantId, predicate: ({ query }) => (query?.top ?? 0) > 20 },
        fault: { kind: 'status', status: 504 },
      });
      for (let poll = 0; poll < SEARCH_POLLS; poll += 1) await stage.poll();
    },
  },
];
