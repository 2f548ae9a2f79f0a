import type { AppError } from '../../errors.ts';
import { toSourceFailure, type FailedAnswer } from '../sources/source-failure.ts';

/** An answer of the Defender API without incidents → who has to act. */
export function toDefenderFailure(answer: FailedAnswer, what: string): AppError {
  return toSourceFailure('defender', answer, what);
}
