import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  filterIdentity,
  filtersRows,
  INCIDENT_FILTER_PARAMETERS,
  matchesRow,
  readIncidentFilter,
  type IncidentFilter,
} from '../../../shared/domain/queries/incident-filter.ts';
import { readQueryParameters } from '../../../shared/domain/requests/query-parameters.ts';
import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import { formatTicks, ticksFromMs } from '../../../shared/domain/values/ticks.ts';

const KNOWN_STATUSES = ['new', 'active', 'inProgress', 'awaitingAction', 'resolved', 'redirected'];
const KNOWN_SEVERITIES = ['informational', 'low', 'medium', 'high', 'unknown'];
const CLOSED = ['resolved', 'redirected'];

const START_MS = Date.UTC(2026, 0, 1);
const aTime = fc.integer({ min: 0, max: 20 }).map((hours) => formatTicks(ticksFromMs(START_MS + hours * 3_600_000)));
const aStatus = fc.constantFrom('active', 'resolved', 'redirected', 'inProgress', 'somethingNew');
const aSeverity = fc.constantFrom('low', 'high', 'apocalyptic');
const aPerson = fc.constantFrom('Ann@soc.example', 'ben@soc.example');

const someParameters = fc.record(
  {
    status: fc.uniqueArray(fc.constantFrom('active', 'Resolved', 'inprogress', 'other'), { minLength: 1 }),
    severity: fc.uniqueArray(fc.constantFrom('low', 'HIGH', 'other'), { minLength: 1 }),
    open: fc.boolean(),
    assignedTo: aPerson,
    createdSince: aTime,
    createdBefore: aTime,
  },
  { requiredKeys: [] },
);
type Parameters = typeof someParameters extends fc.Arbitrary<infer T> ? T : never;

const aRow: fc.Arbitrary<RowProperties> = fc.record(
  { status: aStatus, severity: aSeverity, assignedTo: aPerson, createdTime: aTime },
  { requiredKeys: [] },
);

function read(parameters: Parameters): IncidentFilter | undefined {
  const { createdSince, createdBefore } = parameters;
  // Refused by name; another test has that.
  if (createdSince !== undefined && createdBefore !== undefined && createdSince > createdBefore) return undefined;
  const query = Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]);
  return readIncidentFilter(readQueryParameters(query, INCIDENT_FILTER_PARAMETERS));
}

/** The contract of `GET /incidents`, said once more in other words. */
function isWanted(wanted: Parameters, row: RowProperties): boolean {
  const status = String(row['status'] ?? 'unknown');
  const severity = String(row['severity'] ?? 'unknown');
  const isNamed = (words: readonly string[] | undefined, word: string, known: readonly string[]): boolean =>
    words === undefined ||
    words.map((other) => other.toLowerCase()).includes((known.includes(word) ? word : 'other').toLowerCase());
  const created = row['createdTime'];
  const { createdSince = '0', createdBefore = '9' } = wanted;
  const hasPeriod = wanted.createdSince !== undefined || wanted.createdBefore !== undefined;
  return (
    isNamed(wanted.status, status, KNOWN_STATUSES) &&
    isNamed(wanted.severity, severity, KNOWN_SEVERITIES) &&
    (wanted.open === undefined || wanted.open === !CLOSED.includes(status)) &&
    (wanted.assignedTo === undefined || wanted.assignedTo.toLowerCase() === String(row['assignedTo']).toLowerCase()) &&
    (!hasPeriod || (created !== undefined && String(created) >= createdSince && String(created) < createdBefore))
  );
}

describe('a filter of incidents', () => {
  test('matchesRow() selects exactly what the parameters say', () => {
    fc.assert(
      fc.property(someParameters, aRow, (parameters, row) => {
        const filter = read(parameters);
        fc.pre(filter !== undefined);
        expect(matchesRow(filter, row)).toBe(isWanted(parameters, row));
      }),
      { numRuns: 500 },
    );
  });

  test('filtersRows() is false only where every row of the range that is read is selected', () => {
    fc.assert(
      fc.property(someParameters, fc.boolean(), aRow, (parameters, isPlain, row) => {
        const filter = read(isPlain ? { open: true } : parameters);
        fc.pre(filter !== undefined && !filtersRows(filter));
        // With `open=true` the open list is read, which has no others.
        fc.pre(filter.open !== true || !CLOSED.includes(String(row['status'])));
        expect(matchesRow(filter, row)).toBe(true);
      }),
    );
  });

  test('filterIdentity() is the same for the same selection only', () => {
    const textOf = (filter: IncidentFilter): string => JSON.stringify(filterIdentity(filter));
    fc.assert(
      fc.property(someParameters, someParameters, fc.array(aRow, { minLength: 20, maxLength: 40 }), (a, b, rows) => {
        const [first, second] = [read(a), read(b)];
        fc.pre(first !== undefined && second !== undefined);
        const reordered = read({ ...a, ...(a.status === undefined ? {} : { status: [...a.status].reverse() }) });
        expect(reordered === undefined ? '' : textOf(reordered)).toBe(textOf(first));
        const isSame = rows.every((row) => matchesRow(first, row) === matchesRow(second, row));
        if (!isSame) expect(textOf(first)).not.toBe(textOf(second));
      }),
    );
  });
});
