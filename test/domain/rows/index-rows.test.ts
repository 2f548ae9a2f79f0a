import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashContent } from '../../../shared/domain/incidents/content-hash.ts';
import { observeIncident } from '../../../shared/domain/observables/observe-incident.ts';
import { draftIndex } from '../../../shared/domain/rows/index-rows.ts';
import { encodeValue, indexKeysAt } from '../../../shared/domain/rows/row-keys.ts';
import { packIndex, unpackIndex } from '../../../shared/domain/rows/stored-index.ts';
import { anAlert, anIncident, tenantNumber, ticksOf } from '../../helpers/seed.ts';

const AT = '2026-01-01T00:00:00.0000000Z';

describe('draftIndex()', () => {
  // What is stored names each row with this hash: with another one every incident would be written again.
  test.each([false, true])('says of each row the hash of its canonical content, wide: %s', (isWide) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.ipV4(), { maxLength: 5 }), (name, addresses) => {
        const incident = anIncident('7', AT, { name: `"matches":"" ${name}` });
        const entities = addresses.map((ipAddress) => ({ type: 'ip', verdict: 'malicious', ipAddress }));
        const observables = observeIncident(incident, [{ ...anAlert('7', 'a'), entities }]);
        const { rows } = draftIndex(tenantNumber(1), incident, observables, isWide);
        for (const { properties, contentHash } of rows.values())
          expect(contentHash).toBe(hashContent(properties).slice(0, 12));
      }),
    );
  });
});

describe('encodeValue()', () => {
  test('writes plain characters as they are and all others as the bytes of their UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (value) => {
        const bytes = [...Buffer.from(value, 'utf8')].map((byte) => {
          const character = String.fromCharCode(byte);
          const isPlain = /[A-Za-z0-9._-]/.test(character);
          return isPlain ? character : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
        });
        fc.pre(bytes.join('').length <= 100);
        expect(encodeValue(value)).toBe(bytes.join(''));
      }),
    );
  });
});

describe('indexKeysAt()', () => {
  test('makes the key that the stores of before have', () => {
    const toKey = indexKeysAt({ createdAt: ticksOf(AT), tenantId: tenantNumber(1), incidentId: '7' });

    expect(toKey('evil.example', 0)).toBe(`E!evil.example!2516350751999999999!${tenantNumber(1)}!n9999999999999999992`);
    expect(toKey('evil.example', 3)).toBe(`${toKey('evil.example', 0)}!3`);
  });
});

describe('packIndex()', () => {
  const index = {
    createdAt: 5n,
    isWide: false,
    generation: 0,
    leftOut: 1,
    rows: new Map([['evil.example', { contentHash: '0123456789ab', generation: 0 }]]),
  };

  test.each([1, 400])('and unpackIndex() are inverse, for %i rows', (count) => {
    const rows = new Map(Array.from({ length: count }, (_, at) => [`v${at}`, { contentHash: `${at}`, generation: 2 }]));
    expect(unpackIndex(packIndex({ ...index, rows }))).toEqual({ ...index, rows });
  });

  test('of a store of before was compressed, and is read', () => {
    const before = { ...index, createdAt: '5', rows: [['evil.example', '0123456789ab', 0]] };
    expect(unpackIndex(gzipSync(JSON.stringify(before), { level: 4 }))).toEqual(index);
  });
});
