import type { LoadOptions } from './run-load.ts';

export interface Mixture extends Omit<LoadOptions, 'tenants' | 'ticks' | 'instances'> {
  name: string;
}

const hanging = (share: number): Mixture => ({ name: `${Math.round(share * 100)} % hang`, hangingShare: share });

/** What a fleet may be like; a healthy tenant is to be read as if the others were not there. */
export const MIXTURES: readonly Mixture[] = [
  ...[0, 0.01, 0.07, 0.12, 0.3, 0.6].map(hanging),
  { name: '60 % hang in every other interval', flappingShare: 0.6 },
  { name: '30 % catch up', catchingUpShare: 0.3 },
  { name: 'all calls take 6 s', answerMs: 6_000 },
  { name: '30 % hang, 30 % catch up', hangingShare: 0.3, catchingUpShare: 0.3 },
  { name: '12 % hang, 30 % catch up, all calls take 6 s', hangingShare: 0.12, catchingUpShare: 0.3, answerMs: 6_000 },
  { name: 'a storm of 30 %', stormShare: 0.3 },
  { name: 'a storm of 100 %', stormShare: 1 },
  { name: 'a storm of 100 %, 30 % hang', stormShare: 1, hangingShare: 0.3 },
  { name: 'a slow, an endless and a failing tenant', hostile: ['slow', 'huge', 'failing'] },
];

export interface Overload extends Omit<LoadOptions, 'ticks'> {
  name: string;
}

/** More than the instances can read in an interval: then all share the delay. */
export const OVERLOADS: readonly Overload[] = [
  { name: 'all calls take 6 s', tenants: 5_000, instances: 1, answerMs: 6_000 },
  { name: 'all calls take 6 s, 30 % hang', tenants: 5_000, instances: 1, answerMs: 6_000, hangingShare: 0.3 },
];
