import { ODD_ANSWERS } from './odd-answers.ts';
import { BIG_CONTENT, ODD_SHAPES, ODD_TEXTS } from './odd-content.ts';
import { ODD_IDS } from './odd-ids.ts';
import { ODD_TIMES } from './odd-times.ts';
import type { Payload } from './payload.ts';
import { UNDOCUMENTED } from './undocumented.ts';
import { WRONG_TYPES } from './wrong-types.ts';

/** Every hostile payload, each with what has to become of it. */
export const CORPUS: readonly Payload[] = [
  ...WRONG_TYPES,
  ...ODD_IDS,
  ...ODD_TIMES,
  ...ODD_TEXTS,
  ...BIG_CONTENT,
  ...ODD_SHAPES,
  ...UNDOCUMENTED,
  ...ODD_ANSWERS,
];
