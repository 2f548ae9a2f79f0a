import { RestError } from '@azure/data-tables';
import type { StoragePolicy } from '../cloud/scenario-table.ts';

export interface LostAnswers {
  policy: StoragePolicy;
  dropped(): number;
  /** Repeats of a dropped commit that the service refused with 412, because it had applied the first. */
  refusedRepeats(): number;
}

/**
 * The service applies a commit and its answer never arrives, for each commit (from 1) that `isHit` says, `times` answers in a
 * row. What comes next is up to the SDK, which repeats a request whose connection broke.
 */
export function dropAnswers(isHit: (commit: number) => boolean, times: number): LostAnswers {
  let commits = 0;
  let left = 0;
  let isRepeat = false;
  let dropped = 0;
  let refused = 0;
  return {
    dropped: () => dropped,
    refusedRepeats: () => refused,
    policy: {
      name: 'loseAnswers',
      sendRequest: async (request, next) => {
        if (!request.url.endsWith('$batch')) return next(request);
        if (!isRepeat && isHit((commits += 1))) left = times;
        const response = await next(request);
        if (isRepeat && /HTTP\/1\.1 412/.test(response.bodyAsText ?? '')) refused += 1;
        isRepeat = left > 0;
        if (left === 0) return response;
        left -= 1;
        dropped += 1;
        throw new RestError('The connection broke before the answer', { code: 'ECONNRESET', request });
      },
    },
  };
}
