import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '../../../shared/domain/observables/fold.ts';
import { normaliseHost, normaliseMail } from '../../../shared/domain/observables/network-values.ts';
import {
  normaliseAccount,
  normaliseFileName,
  normaliseRegistryKey,
} from '../../../shared/domain/observables/other-values.ts';

const ASCII_END = 0x80;
/** Every character beyond ASCII that has something to do with another one: its case, what it is composed of, what it looks like. */
const CHARACTERS = Array.from({ length: 0x110000 - ASCII_END }, (_, at) => at + ASCII_END)
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point))
  .filter((letter) => isRelated(letter));

function isRelated(letter: string): boolean {
  const others = [letter.toLowerCase(), letter.toUpperCase(), letter.normalize('NFKC'), letter.normalize('NFKD')];
  return others.some((other) => other !== letter) || /[\p{Z}\p{Cf}\p{Mn}]/u.test(letter);
}
const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

describe('fold()', () => {
  test.each([
    ['Straße', 'straße'],
    ['MÜLLER', 'müller'],
    ['Mu\u0308ller', 'müller'],
    ['ОТЧЁТ', 'отчёт'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['οδος', 'οδοσ'],
    ['H\u0331', '\u1e96'],
    [' a ', 'a'],
  ])('makes %s to %s', (text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  test.each([
    ['the sign for Kelvin', '\u212aernel.exe', 'kernel.exe'],
    ['the sign for Ångström', '\u212bngstrom.exe', 'ångstrom.exe'],
    ['a capital I with a dot', '\u0130nvoice.exe', 'invoice.exe'],
    ['a long s', '\u017fetup.exe', 'setup.exe'],
    ['letters of full width', 'ｃｍｄ.exe', 'cmd.exe'],
    ['a Greek question mark', 'a\u037eb', 'a;b'],
    ['a Greek mark that looks like a backtick', 'a\u1fefb', 'a`b'],
    ['a ligature', 'of\ufb01ce.exe', 'office.exe'],
    ['a Cyrillic a', 'p\u0430ypal.exe', 'paypal.exe'],
    ['a character without width', 'cmd\u200b.exe', 'cmd.exe'],
    ['a turned direction of writing', 'cmd\u202e.exe', 'cmd.exe'],
  ])('takes %s for another character', (_name, text, real) => {
    expect(fold(text)).not.toBe(fold(real));
  });

  test('leaves no character beyond ASCII as one of ASCII', () => {
    expect(CHARACTERS.filter((letter) => isAscii(fold(`a${letter}z`) ?? ''))).toEqual([]);
  });

  test('makes one of two characters only where they are the two cases of a letter', () => {
    const seen = new Map<string, string>();
    const joined = CHARACTERS.filter((letter) => {
      const folded = fold(`a${letter}z`) ?? '';
      const other = seen.get(folded);
      seen.set(folded, letter);
      return other !== undefined && other.toUpperCase() !== letter.toUpperCase();
    });

    expect(joined).toEqual([]);
  });

  test('leaves what it made as it is, and no case of ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = fold(text);
        expect(fold(once ?? '')).toBe(once);
        expect(once ?? '').not.toMatch(/[A-Z]/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a character beyond ASCII is never silently one of ASCII', () => {
  test.each<[string, (text: string) => string | undefined]>([
    ['the name of a file', normaliseFileName],
    ['a registry key', (text) => normaliseRegistryKey(`HKLM\\${text}`)],
    ['an account', (text) => normaliseAccount('CONTOSO', text)],
    ['the name in a mail address', (text) => normaliseMail(`${text}@contoso.com`)?.value],
  ])('in %s', (_name, normalise) => {
    expect(CHARACTERS.filter((letter) => isAscii(normalise(`a${letter}z`) ?? 'ä'))).toEqual([]);
  });

  test('in the name of a host, unless name servers are asked for the ASCII one', () => {
    const wrong = CHARACTERS.filter((letter) => {
      const host = normaliseHost(`a${letter}z.example`);
      return host !== undefined && host !== URL.parse(`http://a${letter}z.example/`)?.hostname;
    });

    expect(wrong).toEqual([]);
    expect(normaliseHost('\u212aontoso.example')).toBe('kontoso.example');
    expect(normaliseHost('p\u0430ypal.example')).toBe('xn--pypal-4ve.example');
  });
});
