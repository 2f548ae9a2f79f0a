import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '../../../shared/domain/observables/fold.ts';
import {
  normaliseFileName,
  normaliseGuid,
  normaliseHash,
  normaliseRegistryKey,
  titleWords,
} from '../../../shared/domain/observables/other-values.ts';

describe('normaliseHash()', () => {
  test('tells hashes apart by their length', () => {
    expect(normaliseHash('A'.repeat(32))).toEqual({ kind: 'file-md5', value: 'a'.repeat(32) });
    expect(normaliseHash('A'.repeat(40))?.kind).toBe('file-sha1');
    expect(normaliseHash('A'.repeat(64))?.kind).toBe('file-sha256');
    expect(normaliseHash('A'.repeat(63))).toBeUndefined();
    expect(normaliseHash('g'.repeat(64))).toBeUndefined();
  });
});

describe('normaliseFileName()', () => {
  test.each([
    '\\\\?\\C:\\Temp\\Invoice.EXE',
    'C:/Temp/invoice.exe',
    '"\\\\server\\share\\invoice.exe"',
    'invoice.exe ',
  ])('makes %s to invoice.exe', (path) => {
    expect(normaliseFileName(path)).toBe('invoice.exe');
  });

  test('keeps what turns the direction of writing, so that a disguised name matches itself alone', () => {
    expect(normaliseFileName('invoice\u202efdp.exe')).toBe('invoice\u202efdp.exe');
  });
});

describe('normaliseRegistryKey()', () => {
  test.each(['HKEY_LOCAL_MACHINE\\Software\\Run\\', 'HKLM:\\SOFTWARE\\Run', 'HKLM/software/run'])(
    'makes %s to one spelling',
    (key) => {
      expect(normaliseRegistryKey(key)).toBe('hklm\\software\\run');
    },
  );
});

describe('titleWords()', () => {
  test('leaves out what is in every second title', () => {
    expect(titleWords('Multi-stage incident involving Execution on one endpoint: a.exe')).toEqual([
      'multi-stage',
      'execution',
      'endpoint',
      'a.exe',
    ]);
  });
});

test('every reader leaves what it made as it is, whatever it was given', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const normalise of [fold, normaliseFileName, normaliseRegistryKey, normaliseGuid]) {
        const once = normalise(text);
        expect(once === undefined ? undefined : normalise(once)).toBe(once);
      }
    }),
    { numRuns: 500 },
  );
});
