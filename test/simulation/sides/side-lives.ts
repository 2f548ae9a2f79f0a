import { liveWithCommands } from './command-life.ts';
import { liveInCrowd, type SideLife } from './crowd-life.ts';
import { LOSSES } from './crowd-plan.ts';

/** A crowd takes as long as ten lives of single tenants. */
const CROWD_EVERY = 8;

/** What a run has to meet in these lives. */
export const SIDE_EVENTS: readonly string[] = [
  'a quarter hangs',
  'slow and long source',
  'lost answer in dispatch',
  'batch of claims refused',
  ...LOSSES.map((loss) => `everybody ${loss}`),
  'purge sent to an app that sleeps',
  'purge carried out',
];

/** What one tenant's life cannot show: many tenants at once, and what operators order while the app that does it sleeps. */
export async function liveBeside(seed: number): Promise<SideLife> {
  const commands = await liveWithCommands(seed);
  if (seed % CROWD_EVERY !== 0) return { ...commands, violations: name('commands', commands) };
  const crowd = await liveInCrowd(seed);
  return {
    violations: [...name('commands', commands), ...name('crowd', crowd)],
    seen: new Set([...commands.seen, ...crowd.seen]),
  };
}

const name = (life: string, { violations }: SideLife): string[] =>
  violations.map((violation) => `${life}: ${violation}`);
