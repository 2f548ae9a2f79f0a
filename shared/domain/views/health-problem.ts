import type { Blame } from '../../errors/error-kind.ts';
import { ERRORS, type ErrorCode } from '../../errors/error-table.ts';

export interface HealthProblem {
  code: ErrorCode;
  message: string;
  blame: Blame;
  action: string;
}

export function problemOf(code: ErrorCode, message: string): HealthProblem {
  const { blame, action } = ERRORS[code];
  return { code, blame, message, action };
}
