import type { JSX } from 'preact';
import type { ApiError } from '../data/api-error.ts';

interface Props {
  error: ApiError;
  /** What could not be done; by default the error says it alone. */
  what?: string;
  onRetry?(): void;
}

export function ProblemNote({ error, what, onRetry }: Props): JSX.Element {
  return (
    <div class="note bad" role="alert">
      <p>
        <strong>{what === undefined ? '' : `${what}: `}</strong>
        {error.message}. {error.action !== undefined && `${error.action}. `}
        <code>{error.code}</code>
      </p>
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
