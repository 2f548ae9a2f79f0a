import { EXPAND_TROUBLES } from '../source/graph-world.ts';

/** What of the two sources a run has to meet, each as often as the other events. */
export const GRAPH_EVENTS: readonly string[] = [
  'listed by graph',
  'listed by defender',
  'switched to graph',
  'switched to defender',
  'switched to auto',
  'the Defender API has ended',
  'failed over',
  'retold by another source',
  'changed and told by another source',
  'Graph refuses without its role',
  'told with some of its alerts',
  'told without its alerts',
  'stored without alerts',
  ...EXPAND_TROUBLES.map((by) => `alerts that fail: ${by}`),
  'alert newer than its incident',
  'alert moved to another incident',
  'several edited in one instant',
  'several merged with their alerts',
];
