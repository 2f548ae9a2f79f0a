import { AppError } from '../../shared/errors.ts';

/** What would let a step succeed that is refused. */
export interface Cure {
  role: string;
  /** A resource in words, with the end of its id. */
  scope: string;
  /** The wider scope for what a table's own scope does not allow; absent where there is none. */
  accountScope?: string;
}

const REFUSED: readonly (number | undefined)[] = [401, 403];
/** As .NET's issue 24126 reports of a transaction under a role on a single table. */
const REFUSED_TRANSACTION: readonly (number | undefined)[] = [...REFUSED, 415];

/** What is missing, in one sentence, and which role at which scope would cure it. */
export function explainFailure(error: Error, cure: Cure, worksSingly: boolean): string {
  const status = statusOf(error);
  const what = describe(error);
  if (worksSingly && cure.accountScope !== undefined && REFUSED_TRANSACTION.includes(status))
    return `${what}, while a single row can be written: a role on one table does not allow transactions here; give this identity "${cure.role}" on ${cure.accountScope} (docs/deploy.md, "Roles on the account")`;
  if (REFUSED.includes(status))
    return `${what}; this identity needs "${cure.role}" on ${cure.scope}; a new assignment takes up to ten minutes`;
  return `${what}; see that ${cure.scope} exists and that this machine reaches it`;
}

function statusOf(error: Error): number | undefined {
  if (error instanceof AppError) return error.status;
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : undefined;
}

/** One line without stack and request ids, with the service's own word for the failure. */
function describe(error: Error): string {
  const [line = ''] = error.message.split('\n');
  const message = line.startsWith('<') ? '' : line.trim().slice(0, 300);
  if (error instanceof AppError) return message;
  const { statusCode, code } = error as { statusCode?: unknown; code?: unknown };
  const words = [statusCode, code].filter((part) => typeof part === 'number' || typeof part === 'string');
  return [words.join(' '), message].filter((part) => part !== '').join(': ');
}
