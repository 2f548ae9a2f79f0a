import { isRequestId, LINKS_PARTITION, readRequestRow, requestKey } from '../domain/consent/consent-request.ts';
import { badValue } from '../domain/requests/query-parameters.ts';
import { AppError } from '../errors.ts';
import type { Table } from '../ports/table.ts';
import type { AuditLog } from '../storing/audit.ts';
import { repeatOnRace } from '../tables/repeat-on-race.ts';

const TRIES = 5;

/** The link cannot be used any more; a link that was no longer usable does not change. */
export async function withdrawConsentLink(
  { requests, audit }: { requests: Table; audit: AuditLog },
  id: string,
  actor: string,
): Promise<void> {
  if (!isRequestId(id)) throw badValue('linkId', id, 'it must be the id of a link, 64 hexadecimal digits');
  await audit.record({ actor, action: 'withdraw-link', tenantId: null, detail: id });
  await repeatOnRace({ tries: TRIES }, async () => {
    const row = await requests.get(LINKS_PARTITION, requestKey(id));
    if (row === undefined) throw notFound(id);
    const { status } = readRequestRow(row);
    if (status === 'claimed' || status === 'done') throw alreadyUsed(id);
    if (status !== 'open') return;
    const properties = { status: 'withdrawn' };
    await requests.transact(LINKS_PARTITION, [{ kind: 'merge', rowKey: row.rowKey, properties, ifMatch: row.etag }]);
  });
}

function notFound(id: string): AppError {
  return new AppError('not-found', `Cannot find consent link ${JSON.stringify(id)}`, {
    action: 'Look at GET /consent-links for those that are open',
  });
}

function alreadyUsed(id: string): AppError {
  return new AppError('link-used', `Cannot withdraw consent link ${id}: it was used already`);
}
