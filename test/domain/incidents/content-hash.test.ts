import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { readDefenderPage } from '../../../shared/domain/defender/read-defender-page.ts';
import { alertHash, canonicalJson, contentHash, hashContent } from '../../../shared/domain/incidents/content-hash.ts';
import type { ObservedIncident } from '../../../shared/domain/incidents/incident.ts';
import { readObject, readObjects } from '../../../shared/domain/values/read-value.ts';
import { readTenantId } from '../../../shared/domain/values/tenant-id.ts';

const WIDE: unknown = readFixture();
/** Of `WIDE` and its alerts, as the first version of the row format has them: with others every incident would look changed. */
const PINNED = ['25ff53c0626baeb4d0d0b6f09af48880', '98a89207d6d101744a797dd7', '9664ad205926f1c68f0beddb'];

describe('contentHash()', () => {
  test('does not depend on the order of keys or of lists', () => {
    const { contentHash } = observe(WIDE);

    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
        expect(observe(shuffle(WIDE, numbers)).contentHash).toBe(contentHash);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['incidentName', 'Another name'],
    ['status', 'Resolved'],
    ['severity', 'Low'],
    ['classification', 'FalsePositive'],
    ['determination', 'Phishing'],
    ['assignedTo', null],
    ['createdTime', '2026-03-08T13:00:00.1234568Z'],
    ['lastUpdateTime', '2026-03-08T14:00:00.7000001Z'],
    ['redirectIncidentId', 3800],
    ['tags', ['VIP']],
    ['comments', []],
    ['alerts', []],
    ['incidentUri', 'https://security.microsoft.com/incident2/3801'],
  ])('changes with %s', (field, value) => {
    expect(observe(withField(WIDE, [field], value)).contentHash).not.toBe(observe(WIDE).contentHash);
  });

  test.each([
    ['alertId', 'other'],
    ['title', 'Another title'],
    ['description', null],
    ['severity', 'Low'],
    ['status', 'Resolved'],
    ['category', 'Impact'],
    ['classification', null],
    ['determination', null],
    ['serviceSource', 'OfficeATP'],
    ['detectionSource', 'MCAS'],
    ['creationTime', '2026-03-08T13:00:02Z'],
    ['lastUpdatedTime', '2026-03-08T13:59:59.9999998Z'],
    ['firstActivity', null],
    ['lastActivity', null],
    ['resolvedTime', '2026-03-08T13:10:00Z'],
    ['assignedTo', 'Automation'],
    ['mitreTechniques', ['T1027']],
    ['devices', []],
    ['entities', []],
  ])("changes with an alert's %s", (field, value) => {
    expect(observe(withField(WIDE, ['alerts', 0, field], value)).contentHash).not.toBe(observe(WIDE).contentHash);
  });

  test.each([
    ['devices', 'healthStatus'],
    ['devices', 'riskScore'],
    ['devices', 'osPlatform'],
    ['entities', 'verdict'],
    ['entities', 'processCommandLine'],
  ])("changes with one of an alert's %s: %s", (list, field) => {
    expect(observe(withField(WIDE, ['alerts', 0, list, 0, field], 'Other')).contentHash).not.toBe(
      observe(WIDE).contentHash,
    );
  });

  test('does not follow the window where the update time was assumed', () => {
    const entry = { incidentId: 1, incidentName: 'No time at all' };

    const [early, late] = [observe(entry, 1n), observe(entry, 2n)];

    expect(early.updatedAt).not.toBe(late.updatedAt);
    expect(early.contentHash).toBe(late.contentHash);
  });
});

describe('what rows of earlier versions hold', () => {
  test.each(['wide-entities-2026', 'twin-alerts', 'foreign-alert'])(
    'is the hash that %s has now, of the incident and of each alert',
    (name) => {
      const [entry] = readObjects(readObject(readPage(name))?.['value']);
      const { incident, alerts, contentHash: shown, timeAssumed } = observe(entry);

      // As they were made before their texts were shared.
      expect(shown).toBe(hashContent({ incident, alerts }));
      expect(contentHash(incident, alerts, timeAssumed)).toBe(shown);
      expect(alerts.length).toBeGreaterThan(0);
      for (const alert of alerts) expect(alertHash(alert)).toBe(hashContent({ ...alert }).slice(0, 24));
    },
  );

  test('is pinned', () => {
    const { contentHash: shown, alerts } = observe(WIDE);

    expect([shown, ...alerts.map(alertHash)]).toEqual(PINNED);
  });
});

describe('canonicalJson()', () => {
  test('tells apart what differs in more than order', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const isEqual = JSON.stringify(sortAll(a)) === JSON.stringify(sortAll(b));
        expect(canonicalJson(a) === canonicalJson(b)).toBe(isEqual);
      }),
    );
  });
});

function readFixture(): unknown {
  return readObjects(readObject(readPage('wide-entities-2026'))?.['value'])[0];
}

function readPage(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/incident/${name}.json`, import.meta.url), 'utf8'));
}

function observe(entry: unknown, updatedFrom = 1n): ObservedIncident {
  const tenantId = readTenantId('50612dbb-0237-4969-b378-8d42590f9c00');
  if (tenantId === undefined) throw new Error('The tenant id of this test is not one');
  const context = { tenantId, portalUrl: 'https://security.microsoft.com', updatedFrom };
  const [observed] = readDefenderPage(JSON.stringify({ value: [entry] }), context).incidents;
  if (observed === undefined) throw new Error('The page of this test has no incident');
  return observed;
}

function withField(value: unknown, path: readonly (string | number)[], replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((entry: unknown, index) => (index === key ? withField(entry, rest, replacement) : entry));
  const fields: Record<string, unknown> = typeof value === 'object' ? { ...value } : {};
  return { ...fields, [key]: withField(fields[key], rest, replacement) };
}

function shuffle(value: unknown, numbers: fc.Stream<number>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const weight = (): number => {
    const next = numbers.next();
    return next.done === true ? 0 : next.value;
  };
  const mixed = <T>(entries: readonly T[]): T[] =>
    entries
      .map((entry) => ({ entry, weight: weight() }))
      .sort((a, b) => a.weight - b.weight)
      .map(({ entry }) => entry);
  if (Array.isArray(value)) return mixed(value.map((entry: unknown) => shuffle(entry, numbers)));
  const fields: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(mixed(fields).map(([key, field]) => [key, shuffle(field, numbers)]));
}

function sortAll(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sortAll).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const entries: [string, unknown][] = Object.entries(value);
  return { fields: entries.map(([key, field]) => [key, sortAll(field)] as const).sort(([a], [b]) => (a < b ? -1 : 1)) };
}
