import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gunzipSync } from 'node:zlib';
import {
  buildRow,
  checkTransaction,
  compressIfFits,
  cutList,
  cutText,
  MAX_BINARY_BYTES,
  MAX_TEXT_CHARS,
  rowBytes,
  readGzip,
  wrapInGzip,
} from '../../../shared/domain/rows/row-limits.ts';
import type { RowOperation, RowProperties } from '../../../shared/domain/values/table-row.ts';

const upsert = (rowKey: string, properties: RowProperties = {}): RowOperation => ({
  kind: 'upsert',
  rowKey,
  properties,
});
const emoji = fc.string({ unit: fc.constantFrom('a', 'é', '🙂'), maxLength: 60 });
const columns = (count: number): RowProperties =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, at]));
const full = (kib: number): RowProperties =>
  Object.fromEntries(Array.from({ length: kib / 60 }, (_, at) => [`p${at}`, new Uint8Array(60 * 1_024)]));

describe('cutText()', () => {
  test('keeps the longest beginning without half a character', () => {
    fc.assert(
      fc.property(emoji, fc.nat(60), (text, limit) => {
        const cut = cutText(text, limit);
        expect(text.startsWith(cut)).toBe(true);
        expect(cut.isWellFormed()).toBe(true);
        expect(cut.length).toBeGreaterThanOrEqual(Math.min(text.length, limit) - 1);
        expect(cut.length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

describe('cutList()', () => {
  test('keeps the leading values that fit, as JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 12 }), fc.integer({ min: 2, max: 200 }), (values, limit) => {
        const { json, isCut } = cutList(values, limit);
        const kept: unknown = JSON.parse(json);
        const wanted: unknown = JSON.parse(JSON.stringify(values));
        expect(json.length).toBeLessThanOrEqual(limit);
        expect(isCut).toBe(JSON.stringify(values).length > limit);
        expect(wanted).toEqual(expect.arrayContaining(Array.isArray(kept) ? kept : ['not a list']));
        if (!isCut) expect(kept).toEqual(wanted);
      }),
    );
  });
});

describe('buildRow()', () => {
  test('shortens what does not fit and names it', () => {
    const row = buildRow();
    row.line('title', 'x'.repeat(4_097));
    row.text('description', 'y'.repeat(MAX_TEXT_CHARS));
    row.list('tags', ['z'.repeat(40_000)]);
    row.list('none', []);
    row.text('missing', null);

    expect(row.finish()).toEqual({
      title: 'x'.repeat(4_096),
      description: 'y'.repeat(MAX_TEXT_CHARS),
      tags: '[]',
      truncated: '["title","tags"]',
    });
  });

  test('makes properties that the service takes, whatever is put in', () => {
    const long = fc
      .tuple(fc.string({ unit: 'binary', maxLength: 50 }), fc.nat(4_000))
      .map(([text, n]) => text.repeat(n));
    fc.assert(
      fc.property(long, fc.array(long, { maxLength: 5 }), (text, list) => {
        const row = buildRow();
        row.line('line', text);
        row.text('text', text);
        row.list('list', list);
        expect(() => {
          checkTransaction([upsert('k', row.finish())]);
        }).not.toThrow();
      }),
      { numRuns: 30 },
    );
  });
});

describe('compressIfFits()', () => {
  test('can be turned back, and is null when it is too long', () => {
    const noise = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 2_654_435_761) % 251)).toString('base64');
    const bytes = compressIfFits('{"a":"é🙂"}');
    expect(gunzipSync(bytes ?? '').toString()).toBe('{"a":"é🙂"}');
    const random = Array.from({ length: 60_000 }, (_, at) => Math.sin(at * at).toString(36)).join(noise.slice(0, 2));
    expect(compressIfFits(random)).toBeNull();
  });
});

describe('checkTransaction()', () => {
  test.each([
    ['100 rows', Array.from({ length: 100 }, (_, at) => upsert(`k${at}`))],
    ['a key of 512 characters', [upsert('k'.repeat(512))]],
    ['252 properties', [upsert('k', columns(252))]],
    ['a property of 64 KiB', [upsert('k', { p: new Uint8Array(MAX_BINARY_BYTES) })]],
    ['960 KiB', [upsert('k', full(960))]],
  ])('lets %s pass', (_name, operations) => {
    expect(() => {
      checkTransaction(operations);
    }).not.toThrow();
  });

  test.each([
    ['nothing', [], 'it is empty'],
    ['101 rows', Array.from({ length: 101 }, (_, at) => upsert(`k${at}`)), 'more than 100 rows'],
    ['a row twice', [upsert('k'), { kind: 'delete', rowKey: 'k' } as const], 'a row is in it twice'],
    ['a long key', [upsert('k'.repeat(513))], 'a row key has 513 characters'],
    ['253 properties', [upsert('k', columns(253))], 'row k has 253 properties'],
    ['a long text', [upsert('k', { p: 'x'.repeat(32_769) })], 'property p of row k is over 64 KiB'],
    ['a long binary', [upsert('k', { p: new Uint8Array(MAX_BINARY_BYTES + 1) })], 'property p of row k is over 64 KiB'],
    ['over 1 MiB', [upsert('k', full(1_080))], 'row k is over 1 MiB'],
    ['over 4 MiB', Array.from({ length: 5 }, (_, at) => upsert(`k${at}`, full(900))), 'are over 4 MiB'],
  ])('refuses %s', (_name, operations: readonly RowOperation[], reason) => {
    expect(() => {
      checkTransaction(operations);
    }).toThrow(expect.objectContaining({ code: 'row-limits-exceeded', message: expect.stringContaining(reason) }));
  });

  test('refuses every character that a key may not hold, in deletes too', () => {
    const forbidden = fc.oneof(
      fc.constantFrom('/', '\\', '#', '?'),
      fc.integer({ min: 0, max: 0x1f }).map((code) => String.fromCharCode(code)),
      fc.integer({ min: 0x7f, max: 0x9f }).map((code) => String.fromCharCode(code)),
    );
    fc.assert(
      fc.property(forbidden, fc.string(), fc.string(), (character, before, after) => {
        expect(() => {
          checkTransaction([{ kind: 'delete', rowKey: before + character + after }]);
        }).toThrow('forbidden character');
      }),
    );
  });
});

describe('rowBytes()', () => {
  test('counts UTF-16 text, binary and numbers as the service does', () => {
    expect(rowBytes('key', { ab: 'xyz' })).toBe(4 + 8 + 8 + 4 + 6);
    expect(rowBytes('key', { a: new Uint8Array(10), b: 1n })).toBe(4 + 8 + (8 + 2 + 10) + (8 + 2 + 8));
  });
});

describe('wrapInGzip()', () => {
  test('is what every reader of gzip unpacks to the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), (text) => {
        expect(gunzipSync(wrapInGzip(text)).toString()).toBe(text);
      }),
    );
  });

  test('refuses what is longer than one block can be, instead of cutting it', () => {
    expect(gunzipSync(wrapInGzip('x'.repeat(65_535)))).toHaveLength(65_535);
    expect(() => wrapInGzip('x'.repeat(65_536))).toThrow('65536 bytes');
  });
});

describe('readGzip()', () => {
  test('reads what is wrapped, what is compressed and a part of a larger buffer', () => {
    const text = '{"a":"é🙂"}'.repeat(50);

    expect(readGzip(wrapInGzip(text))).toBe(text);
    expect(readGzip(compressIfFits(text) ?? Buffer.alloc(0))).toBe(text);
    expect(readGzip(new Uint8Array(Buffer.concat([Buffer.from('before'), wrapInGzip(text)])).subarray(6))).toBe(text);
  });

  test('refuses what is damaged, wherever it is', () => {
    const whole = wrapInGzip('{"a":1}');

    for (let at = 0; at < whole.length; at += 1) {
      const damaged = Uint8Array.from(whole, (byte, index) => (index === at ? byte ^ 0xff : byte));
      // The time and the system in the head mean nothing.
      if (at >= 4 && at <= 9) expect(readGzip(damaged)).toBe('{"a":1}');
      else expect(() => readGzip(damaged)).toThrow();
    }
  });
});
