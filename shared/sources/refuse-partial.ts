import { AppError } from '../errors.ts';
import type { IncidentPage } from '../ports/incident-source.ts';

/** A response that the source marks as incomplete proves nothing: it counts as a failure of its window. */
export function refusePartial(page: IncidentPage): void {
  if (page.isPartial)
    throw new AppError(
      'incomplete-answer',
      'Cannot use an answer that the source marks as incomplete: it proves nothing',
    );
}
