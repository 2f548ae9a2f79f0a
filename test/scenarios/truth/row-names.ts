/** Row keys as docs say them, written down a second time: the comparison must not ask the code that it checks. */

const LATEST = 3_155_378_975_999_999_999n;
const LARGEST_ID = 9_999_999_999_999_999_999n;
const LARGEST_SEQUENCE = 999_999_999_999n;
const DIGITS = 19;

export function idPart(id: string): string {
  if (/^(0|[1-9]\d{0,18})$/.test(id)) return `n${String(LARGEST_ID - BigInt(id)).padStart(DIGITS, '0')}`;
  const bytes = Array.from(Buffer.from(id, 'utf8'), (byte) => {
    const character = String.fromCharCode(byte);
    return /[\w.-]/.test(character) ? character : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `x${bytes.join('')}`;
}

const newestFirst = (ticks: bigint): string => String(LATEST - ticks).padStart(DIGITS, '0');

export interface VersionName {
  tenantId: string;
  incidentId: string;
  updatedAt: bigint;
}

export const incidentName = (tenantId: string, incidentId: string): string => `I!${tenantId}!${idPart(incidentId)}`;

export const listName = (list: 'F' | 'O', { tenantId, incidentId, updatedAt }: VersionName): string =>
  `${list}!${newestFirst(updatedAt)}!${tenantId}!${idPart(incidentId)}`;

export const tenantListName = ({ tenantId, incidentId, updatedAt }: VersionName): string =>
  `U!${tenantId}!${newestFirst(updatedAt)}!${idPart(incidentId)}`;

export const alertName = (tenantId: string, incidentId: string, generation: number, alertId: string): string =>
  `A!${tenantId}!${idPart(incidentId)}!${String(generation).padStart(6, '0')}!${idPart(alertId)}`;

export const changeName = (storedAt: bigint, tenantId: string, incidentId: string): string =>
  `C!${String(storedAt).padStart(DIGITS, '0')}!${tenantId}!${idPart(incidentId)}`;

/** The incident's id part, the version's time and the sequence of its commit. */
export function readHistoryName(rowKey: string): { idPart: string; updatedAt: bigint; sequence: bigint } | undefined {
  const [, , id, time, sequence] = rowKey.split('!');
  if (id === undefined || time?.length !== DIGITS || !/^\d{12}$/.test(sequence ?? '')) return undefined;
  return { idPart: id, updatedAt: LATEST - BigInt(time), sequence: LARGEST_SEQUENCE - BigInt(sequence ?? 0) };
}
