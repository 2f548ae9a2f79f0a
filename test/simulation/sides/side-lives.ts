import { liveWithCampaigns } from './campaign-life.ts';
import { liveWithCommands } from './command-life.ts';
import { liveInCrowd, type SideLife } from './crowd-life.ts';
import { LOSSES } from './crowd-plan.ts';

/** A crowd takes as long as ten lives of single tenants, campaigns as long as one. */
const CROWD_EVERY = 8;
const CAMPAIGNS_EVERY = 4;

/** What a run has to meet in these lives. */
export const SIDE_EVENTS: readonly string[] = [
  'a quarter hangs',
  'slow and long source',
  'lost answer in dispatch',
  'batch of claims refused',
  ...LOSSES.map((loss) => `everybody ${loss}`),
  'purge sent to an app that sleeps',
  'purge carried out',
  'follower dies',
  'two followers at once',
  'campaign ended',
  'incident of a campaign too old',
  'tenant of a campaign purged',
];

/** What one tenant's life cannot show: many tenants at once, what they have in common, and orders to an app that sleeps. */
export async function liveBeside(seed: number): Promise<SideLife> {
  const lives: [name: string, life: SideLife][] = [['commands', await liveWithCommands(seed)]];
  if (seed % CAMPAIGNS_EVERY === 0) lives.push(['campaigns', await liveWithCampaigns(seed)]);
  if (seed % CROWD_EVERY === 0) lives.push(['crowd', await liveInCrowd(seed)]);
  return {
    violations: lives.flatMap(([life, { violations }]) => violations.map((violation) => `${life}: ${violation}`)),
    seen: new Set(lives.flatMap(([, { seen }]) => [...seen])),
  };
}
