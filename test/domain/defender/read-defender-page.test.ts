import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readDefenderIncident, readDefenderPage } from '../../../shared/domain/defender/read-defender-page.ts';
import type { MappingContext } from '../../../shared/domain/sources/read-incident-page.ts';
import { readTenantId } from '../../../shared/domain/values/tenant-id.ts';
import { formatTicks, ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { hasCode } from '../../../shared/errors.ts';

const FIXTURES = new URL('../../fixtures/incident/', import.meta.url);
const tenantId = readTenantId('50612dbb-0237-4969-b378-8d42590f9c00');
if (tenantId === undefined) throw new Error('The tenant id of this test is not one');
const context: MappingContext = {
  tenantId,
  portalUrl: 'https://security.microsoft.com',
  updatedFrom: ticksFromMs(Date.UTC(2026, 0, 1)),
};

/** What a fixture's page becomes, as JSON; the source JSON has tests of its own. */
function mapFixture(name: string): unknown {
  const page = readDefenderPage(readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8'), context);
  return {
    ...page,
    nextLink: page.nextLink ?? null,
    withoutId: page.withoutId.map(formatTicks),
    incidents: page.incidents.map(({ incident, alerts, updatedAt, timeAssumed, contentHash }) => ({
      incident,
      alerts,
      updatedAt: formatTicks(updatedAt),
      timeAssumed,
      contentHash,
    })),
  };
}

const cases = readdirSync(FIXTURES)
  .filter((file) => file.endsWith('.json') && !file.endsWith('.expected.json'))
  .map((file) => file.slice(0, -'.json'.length));

describe('readDefenderPage()', () => {
  // After a change of the mapping: UPDATE_GOLDEN=1 npm test -- test/domain/defender, then read the difference.
  test.each(cases)('maps %s to its golden file', (name) => {
    const golden = new URL(`${name}.expected.json`, FIXTURES);
    const mapped = mapFixture(name);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, `${JSON.stringify(mapped, null, 2)}\n`);

    expect(mapped).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });

  test('keeps ids beyond 2^53 apart, in the source JSON too', () => {
    const body =
      '{"value":[{"incidentId":9007199254740993},{"incidentId":9007199254740992},{"incidentId":12345678901234567890123}]}';

    const { incidents } = readDefenderPage(body, context);

    expect(incidents.map(({ incident }) => incident.incidentId)).toEqual([
      '9007199254740993',
      '9007199254740992',
      '12345678901234567890123',
    ]);
    expect(incidents[0]?.sourceJson).toBe('{"incidentId":9007199254740993}');
  });

  test('keeps the source JSON of an entry as it was sent', () => {
    const entry = '{"incidentId":7,"unknownKey":{"list":[1,null,"\\u0000"]},"status":"Active"}';

    const { incidents } = readDefenderPage(`{"value":[${entry}]}`, context);

    expect(incidents[0]?.sourceJson).toBe(entry);
  });

  test.each([
    ['HTML', '<!DOCTYPE html><p>Sign in</p>'],
    ['a cut answer', '{"value":[{"incidentId":1'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['no list', '{"value":{"incidentId":1}}'],
    ['an error', '{"error":{"code":"InternalServerError"}}'],
    ['a next link that is no text', '{"value":[],"@odata.nextLink":{}}'],
  ])('refuses %s as bad-page and quotes none of it', (_kind, body) => {
    const error = catchError(() => readDefenderPage(body, context));

    expect(hasCode(error, 'bad-page')).toBe(true);
    expect(error).toMatchObject({ blame: 'microsoft', retriable: true });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toMatch(/Sign in|incidentId/);
  });

  test.each([10, 3_000, 200_000])('maps an incident with a value %d levels deep', (levels) => {
    const deep = '['.repeat(levels) + ']'.repeat(levels);
    const body = `{"value":[{"incidentId":9007199254740993,"incidentName":${deep},"alerts":[{"alertId":"a","entities":[{"entityType":"File","odd":${deep}}]}]}]}`;

    const { incidents } = readDefenderPage(body, context);

    expect(incidents[0]?.incident).toMatchObject({ incidentId: '9007199254740993', name: null, alertsCount: 1 });
    expect(incidents[0]?.alerts[0]?.entities[0]).toMatchObject({ type: 'file', odd: [[[[null]]]] });
  });

  test('bounds one entity so that it cannot crowd out the others', () => {
    const entity = {
      entityType: 'Process',
      processCommandLine: 'x'.repeat(1_000_000),
      list: Array.from({ length: 5_000 }, () => 1),
    };
    const body = JSON.stringify({ value: [{ incidentId: 1, alerts: [{ alertId: 'a', entities: [entity] }] }] });

    const { incidents } = readDefenderPage(body, context);

    const stored = JSON.stringify(incidents[0]?.alerts[0]?.entities[0]);
    expect(stored.length).toBeLessThan(5_000);
    expect(stored).toContain('…');
  });
});

describe('readDefenderIncident()', () => {
  test('reads the one that was asked for', () => {
    const observed = readDefenderIncident('{"incidentId":5,"incidentName":"x"}', '5', context);

    expect(observed.incident).toMatchObject({
      incidentId: '5',
      name: 'x',
      lastUpdateTime: '2026-01-01T00:00:00.0000000Z',
    });
    expect(observed.timeAssumed).toBe(true);
  });

  test.each(['{"incidentId":6}', '{}', '{"value":[]}'])('refuses %s in place of incident 5', (body) => {
    expect(
      hasCode(
        catchError(() => readDefenderIncident(body, '5', context)),
        'bad-page',
      ),
    ).toBe(true);
  });
});

function catchError(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
