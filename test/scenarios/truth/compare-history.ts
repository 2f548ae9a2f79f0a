import { isDeepStrictEqual } from 'node:util';
import type { TruthVersion } from '../../../local/simulator/state/simulator.ts';
import { readChangeLogRow, readHistoryRow } from '../../../shared/domain/rows/read-incident-rows.ts';
import { textColumn } from '../../../shared/domain/rows/row-columns.ts';
import { readTicks } from '../../../shared/domain/values/ticks.ts';
import { wasCertainlyRead, type PollRecord } from '../cloud/poll-record.ts';
import type { Findings } from './comparison.ts';
import type { ExpectedIncident } from './expected-content.ts';
import { replayHistory } from './replay-history.ts';
import { changeName, idPart, readHistoryName } from './row-names.ts';
import type { NamedRow, StoredRows } from './stored-rows.ts';

/** One incident's versions: one history row and one row of the change log for each that was stored. */
export interface Past {
  tenantId: string;
  incidentId: string;
  /** All that the source has shown, in the order of writing. */
  versions: readonly TruthVersion[];
  current: ExpectedIncident;
  contentOf(version: TruthVersion): ExpectedIncident;
  polls: readonly PollRecord[];
  /** The `I!` row's own marks. */
  firstCollectedAt: string;
  collectedAt: string;
}

export interface StoredVersion {
  updatedAt: bigint;
  at: string;
  changes: ReturnType<typeof readHistoryRow>['changes'];
  /** The source's version of this time, where there is exactly one. */
  content: ExpectedIncident | undefined;
}

export function compareHistory(findings: Findings, rows: StoredRows, past: Past): void {
  const { tenantId, incidentId } = past;
  const stored = rows
    .takeAll('H', tenantId, idPart(incidentId))
    .map((row) => ({ row, name: readHistoryName(row.rowKey) }))
    .flatMap(({ row, name }) => (name === undefined ? [] : [{ row, ...name }]))
    .sort((a, b) => Number(a.sequence - b.sequence))
    .map(({ row, updatedAt }) => toStoredVersion(findings, past, row, updatedAt));
  const told = stored.flatMap(withoutRetelling);
  compareCounts(findings, past, told);
  const [first, last] = [stored[0], stored.at(-1)];
  if (first === undefined || last === undefined) return;
  if (first.at !== past.firstCollectedAt) findings.add('stale', `firstCollectedAt of ${incidentId}`);
  if (last.at !== past.collectedAt) findings.add('stale', `collectedAt of ${incidentId}`);
  const created = [{ field: 'created', from: null, to: past.current.incident['createdTime'] }];
  if (!isDeepStrictEqual(first.changes, created)) findings.add('stale', `first history entry of ${incidentId}`);
  for (const problem of replayHistory(told, past.current))
    findings.add('stale', `history of ${incidentId}: ${problem}`);
  compareChangeLog(findings, rows, past, stored);
}

/** That another source tells the incident is no version of it. */
function withoutRetelling(version: StoredVersion): StoredVersion[] {
  const changes = version.changes.filter(({ field }) => field !== 'source');
  return changes.length === 0 && version.changes.length > 0 ? [] : [{ ...version, changes }];
}

function toStoredVersion(findings: Findings, past: Past, row: NamedRow, updatedAt: bigint): StoredVersion {
  const entry = readHistoryRow(row.properties);
  const sameTime = past.versions.filter((version) => version.lastUpdateTime === updatedAt);
  if (readTicks(entry.lastUpdateTime) !== updatedAt) findings.add('stale', `time in ${row.rowKey}`);
  const [only] = sameTime;
  const isKnown = sameTime.length === 1 && only !== undefined;
  return {
    updatedAt,
    at: entry.at,
    changes: entry.changes,
    content: isKnown ? past.contentOf(only) : undefined,
  };
}

/** As many as were certainly read, at most as many as were shown. */
function compareCounts(
  findings: Findings,
  { incidentId, versions, polls }: Past,
  stored: readonly StoredVersion[],
): void {
  const times = new Set([
    ...versions.map(({ lastUpdateTime }) => lastUpdateTime),
    ...stored.map(({ updatedAt }) => updatedAt),
  ]);
  for (const time of times) {
    const ofTime = versions.filter(({ lastUpdateTime }) => lastUpdateTime === time);
    const count = stored.filter(({ updatedAt }) => updatedAt === time).length;
    const least = ofTime.filter((version) => wasCertainlyRead(version, polls)).length;
    const most = ofTime.filter(({ wasShown }) => wasShown).length;
    for (let missing = count; missing < least; missing += 1)
      findings.add('lost', `a version of ${incidentId}, ${time}`);
    for (let extra = count; extra > most; extra -= 1) findings.add('duplicates', `a version of ${incidentId}, ${time}`);
  }
}

function compareChangeLog(findings: Findings, rows: StoredRows, past: Past, stored: readonly StoredVersion[]): void {
  const { tenantId, incidentId } = past;
  const logged = rows.takeAll('C', tenantId, idPart(incidentId));
  stored.forEach(({ at, updatedAt, changes, content }, place) => {
    const key = changeName(readTicks(at) ?? 0n, tenantId, incidentId);
    const found = logged.findIndex(({ rowKey }) => rowKey === key);
    const [row] = found < 0 ? [] : logged.splice(found, 1);
    if (row === undefined) {
      findings.add('lost', `change log of ${incidentId} at ${at}`);
      return;
    }
    const entry = readChangeLogRow(row.properties);
    const { incidentId: _id, ...shown } = entry;
    findings.compareFields(
      `change of ${incidentId}`,
      { ...shown, id: entry.incidentId, time: readTicks(entry.lastUpdateTime) },
      {
        id: incidentId,
        tenantId,
        storedAt: at,
        time: updatedAt,
        changes,
        ...(content === undefined ? {} : pickShown(content)),
        ...kindOf(content, place === 0 ? null : stored[place - 1]?.content),
      },
    );
    if (textColumn(row.properties, 'kind') === null) findings.add('stale', `kind of change of ${incidentId}`);
  });
  for (const { rowKey } of logged) findings.add('duplicates', rowKey);
}

function pickShown({ incident: { name, severity, status } }: ExpectedIncident): object {
  return { name, severity, status };
}

/** `before`: null for the first version, `undefined` when it cannot be told which one it was. */
function kindOf(content: ExpectedIncident | undefined, before: ExpectedIncident | null | undefined): { kind?: string } {
  if (before === null) return { kind: 'appeared' };
  if (content === undefined || before === undefined) return {};
  const [was, is] = [before.incident['status'], content.incident['status']];
  if (is === 'redirected' && was !== 'redirected') return { kind: 'merged' };
  if (is === 'resolved' && was !== 'resolved') return { kind: 'resolved' };
  const isReopened =
    ['resolved', 'redirected'].includes(String(was)) && !['resolved', 'redirected'].includes(String(is));
  return { kind: isReopened ? 'reopened' : 'changed' };
}
