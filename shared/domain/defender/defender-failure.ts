import type { AppError } from '../../errors.ts';
import { toSourceFailure, type FailedAnswer } from '../sources/source-failure.ts';

/** A response of the Defender API without incidents → who must act. */
export function toDefenderFailure(answer: FailedAnswer, what: string): AppError {
  return toSourceFailure('defender', answer, what);
}
