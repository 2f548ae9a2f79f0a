import { createHash } from 'node:crypto';
import { rememberTexts } from '../values/remember-texts.ts';
import type { RowRange } from '../values/table-row.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { MAX_TICKS, type Ticks } from '../values/ticks.ts';

/**
 * The only place that knows the row-key format of the table `Incidents`. Rows are ordered by key alone, so "newest first"
 * is an inverted number, and everything of one tenant lies in one partition (see `shardOf`).
 */

const LARGEST_SEQUENCE = 999_999_999_999n;

const CANONICAL_NUMBER = /^(0|[1-9]\d{0,18})$/;

/**
 * A source's id as a key part, injective and free of characters that keys may not hold. Up to 19 digits: `n` and the inverted
 * number (newest id first); anything else, leading zeros included: `x` and the escaped text.
 */
export const encodeId = rememberTexts((id) => {
  if (CANONICAL_NUMBER.test(id)) return `n${invertNumber(id.padStart(19, '0'))}`;
  const escaped = escapeText(id);
  // `~` never comes out of the escaping, so a shortened id cannot equal a short one.
  return escaped.length <= 100
    ? `x${escaped}`
    : `x${escaped.slice(0, 50)}~${createHash('sha256').update(id).digest('hex')}`;
});

/** 9,999,999,999,999,999,999 less the 19 digits, in two halves that are exact as numbers. */
function invertNumber(digits: string): string {
  const high = 9_999 - Number(digits.slice(0, 4));
  const low = 999_999_999_999_999 - Number(digits.slice(4));
  return `${String(high).padStart(4, '0')}${String(low).padStart(15, '0')}`;
}

/**
 * A value as a key part, injective too, that values with the same beginning begin with: plain, without the mark of what an id is.
 * Of a long one the beginning and a hash.
 */
export function encodeValue(value: string): string {
  const escaped = escapeText(value);
  return escaped.length <= MAX_PLAIN_CHARS
    ? escaped
    : `${escaped.slice(0, MAX_BEGINNING_CHARS)}~${createHash('sha256').update(value).digest('hex')}`;
}

const MAX_PLAIN_CHARS = 100;
const MAX_BEGINNING_CHARS = 50;

/** Most values are plain: this runs for each value of each incident. */
function escapeText(text: string): string {
  return PLAIN.test(text) ? text : text.replace(NOT_PLAIN, escapeCharacter);
}

const PLAIN = /^[A-Za-z0-9._-]*$/;
const NOT_PLAIN = /[^A-Za-z0-9._-]/gu;

/** The bytes of its UTF-8. */
function escapeCharacter(character: string): string {
  return Array.from(Buffer.from(character, 'utf8'), escapeByte).join('');
}

const escapeByte = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;

export function invertTicks(ticks: Ticks): string {
  return (MAX_TICKS - ticks).toString().padStart(19, '0');
}

function plainTicks(ticks: Ticks): string {
  return ticks.toString().padStart(19, '0');
}

export const stateKey = (tenantId: TenantId): string => `S!${tenantId}`;

export const incidentKey = (tenantId: TenantId, incidentId: string): string => `I!${tenantId}!${encodeId(incidentId)}`;

export const alertKey = (tenantId: TenantId, incidentId: string, generation: number, alertId: string): string =>
  `${alertPrefix(tenantId, incidentId, generation)}${encodeId(alertId)}`;

const alertPrefix = (tenantId: TenantId, incidentId: string, generation: number): string =>
  `A!${tenantId}!${encodeId(incidentId)}!${generation.toString().padStart(6, '0')}!`;

export const historyKey = (tenantId: TenantId, incidentId: string, updatedAt: Ticks, sequence: bigint): string =>
  `H!${tenantId}!${encodeId(incidentId)}!${invertTicks(updatedAt)}!${(LARGEST_SEQUENCE - sequence).toString().padStart(12, '0')}`;

export const feedKey = (tenantId: TenantId, incidentId: string, updatedAt: Ticks): string =>
  `F!${invertTicks(updatedAt)}!${tenantId}!${encodeId(incidentId)}`;

export const openKey = (tenantId: TenantId, incidentId: string, updatedAt: Ticks): string =>
  `O!${invertTicks(updatedAt)}!${tenantId}!${encodeId(incidentId)}`;

export const tenantListKey = (tenantId: TenantId, incidentId: string, updatedAt: Ticks): string =>
  `U!${tenantId}!${invertTicks(updatedAt)}!${encodeId(incidentId)}`;

export const changeLogKey = (storedAt: Ticks, tenantId: TenantId, incidentId: string): string =>
  `C!${plainTicks(storedAt)}!${tenantId}!${encodeId(incidentId)}`;

/** What the keys of all index rows of an incident have in common. */
export interface IndexPlace {
  createdAt: Ticks;
  tenantId: TenantId;
  incidentId: string;
}

/**
 * Makes the keys of one incident's index rows, newest incident first. The value's own part comes from `encodeValue`. The generation
 * is 0 for a row that is believed as it is; else it is what the incident's own row has to name (ADR 54).
 */
export function indexKeysAt({ createdAt, tenantId, incidentId }: IndexPlace): IndexKeys {
  const end = `!${invertTicks(createdAt)}!${tenantId}!${encodeId(incidentId)}`;
  return (encodedValue, generation) => `E!${encodedValue}${end}${generation === 0 ? '' : `!${generation}`}`;
}

export type IndexKeys = (encodedValue: string, generation: number) => string;

/** When the incident of an index row was created; 0 if unknown. */
export function readIndexPlace(rowKey: string): Pick<IndexPlace, 'createdAt'> {
  const inverted = rowKey.split('!')[2] ?? '';
  return { createdAt: /^\d{19}$/.test(inverted) ? MAX_TICKS - BigInt(inverted) : 0n };
}

/** Index rows that are not yet, or no more, what the incident names: their keys. */
export const looseIndexKey = (tenantId: TenantId, incidentId: string): string =>
  `X!${tenantId}!${encodeId(incidentId)}`;

/**
 * Index rows of a value, or of all that begin with it: those of the value itself come first, because `!` sorts before any
 * character of a value. `~` sorts behind it.
 */
export function indexRange(value: string, isPrefix: boolean): RowRange {
  const encoded = encodeValue(value);
  return isPrefix && isBeginning(value) ? { from: `E!${encoded}`, to: `E!${encoded}~~` } : keysBelow(`E!${encoded}!`);
}

/** Of a longer text only the hash of the whole is there to be found. */
export const isBeginning = (value: string): boolean => encodeValue(value).length <= MAX_BEGINNING_CHARS;

/** Index rows of one value, given as it stands in their keys. */
export const valueRange = (encodedValue: string): RowRange => keysBelow(`E!${encodedValue}!`);

/** All keys that begin with `prefix`, which ends with `!`. */
function keysBelow(prefix: string): RowRange {
  return { from: prefix, to: `${prefix.slice(0, -1)}"` };
}

/** The row with this key and no other. */
export const onlyKey = (rowKey: string): RowRange => ({ from: rowKey, to: `${rowKey}!` });

export const allStates: RowRange = keysBelow('S!');

/** Every `kind` row of one tenant. */
export const tenantRange = (kind: 'I' | 'A' | 'H' | 'U' | 'X', tenantId: TenantId): RowRange =>
  keysBelow(`${kind}!${tenantId}!`);

/** Every row of this kind, of all tenants of a shard. */
export const kindRange = (kind: 'F' | 'O' | 'C' | 'E'): RowRange => keysBelow(`${kind}!`);

/** From the first to the last of these incidents of one tenant, in the order of their keys. */
export function incidentsRange(tenantId: TenantId, incidentIds: readonly string[]): RowRange {
  const keys = incidentIds.map((id) => incidentKey(tenantId, id)).sort();
  return { from: keys[0] ?? '', to: onlyKey(keys.at(-1) ?? '').to };
}

export const alertRange = (tenantId: TenantId, incidentId: string, generation: number): RowRange =>
  keysBelow(alertPrefix(tenantId, incidentId, generation));

/** The alerts of one incident, of whatever generation. */
export const allAlertsRange = (tenantId: TenantId, incidentId: string): RowRange =>
  keysBelow(`A!${tenantId}!${encodeId(incidentId)}!`);

export const historyRange = (tenantId: TenantId, incidentId: string): RowRange =>
  keysBelow(`H!${tenantId}!${encodeId(incidentId)}!`);

/** One tenant's list rows whose update time lies in [from, before). */
export function tenantListRange(tenantId: TenantId, from: Ticks, before: Ticks): RowRange {
  const prefix = `U!${tenantId}!`;
  return { from: prefix + invertTicks(before - 1n), to: prefix + invertTicks(from) + '"' };
}

/** Feed (`F`) or open (`O`) rows of all tenants of a shard whose update time lies in [from, before). */
export function listRange(kind: 'F' | 'O', from: Ticks, before: Ticks): RowRange {
  return { from: `${kind}!${invertTicks(before - 1n)}!`, to: `${kind}!${invertTicks(from)}"` };
}

/** Change-log rows of all tenants of a shard that were stored in [from, before). */
export function changeLogRange(from: Ticks, before: Ticks): RowRange {
  return { from: `C!${plainTicks(from)}!`, to: `C!${plainTicks(before)}!` };
}
