import { REFUSALS } from '../source/sim-refusals.ts';
import { BAD_PLACES, FAILURE_KINDS, FAMILIES, LINK_HABITS, NAMELESS } from '../source/trouble.ts';

/** What of the source's own trouble a run has to meet, each kind as often as the other events. */
export const TROUBLE_EVENTS: readonly string[] = [
  ...FAILURE_KINDS.map((kind) => `bad list: ${kind}`),
  'bad list: changing from call to call',
  ...BAD_PLACES.map((place) => `bad list: ${place}`),
  ...['page', 'window'].map((scope) => `bad list: each ${scope} that holds it`),
  'bad list: for good',
  ...FAMILIES.map((family) => `bad by id: ${family}`),
  ...['asked', 'returned', 'for life'].map((how) => `size that fails: ${how}`),
  ...LINK_HABITS.map((habit) => `${habit} link`),
  ...['199', '214', '299'].map((code) => `warning ${code}`),
  ...REFUSALS.flatMap((kinds) => kinds.slice(0, 1).map(({ name }) => name)),
  'source wholly down',
  ...NAMELESS.map((missing) => `listed without ${missing}`),
];
