import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  normaliseDomain,
  normaliseIp,
  normaliseMail,
  normaliseUrl,
  refang,
} from '../../../shared/domain/observables/network-values.ts';

describe('normaliseIp()', () => {
  test.each([
    ['198.51.100.7', '198.51.100.7'],
    ['198[.]51[.]100[.]7', '198.51.100.7'],
    ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:198.51.100.7', '198.51.100.7'],
    ['198.51.100.256', undefined],
    ['198.51.100.07', undefined],
    ['198.51.100', undefined],
    ['2001:db8::1::2', undefined],
    ['evil.example', undefined],
  ])('makes %s to %s', (text, canonical) => {
    expect(normaliseIp(text)).toBe(canonical);
  });

  test('gives every spelling of an IPv6 address one form, and leaves that form as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 0xffff }), { minLength: 8, maxLength: 8 }), (hextets) => {
        const plain = hextets.map((hextet) => hextet.toString(16)).join(':');
        const padded = hextets.map((hextet) => hextet.toString(16).padStart(4, '0').toUpperCase()).join(':');
        const canonical = normaliseIp(plain);
        expect(canonical).toBeDefined();
        expect(normaliseIp(padded)).toBe(canonical);
        expect(normaliseIp(canonical ?? '')).toBe(canonical);
      }),
    );
  });
});

describe('normaliseDomain()', () => {
  test.each([
    ['Evil.Example.', 'evil.example'],
    ['evil[.]example', 'evil.example'],
    ['evil(dot)example', 'evil.example'],
    ['*.evil.example', 'evil.example'],
    ['müller.example', 'xn--mller-kva.example'],
    ['localhost', undefined],
    ['198.51.100.7', undefined],
    ['evil .example', undefined],
    ['-evil.example', undefined],
  ])('makes %s to %s', (text, canonical) => {
    expect(normaliseDomain(text)).toBe(canonical);
  });

  test('takes a name of look-alike letters for another one', () => {
    expect(normaliseDomain('p\u0430ypal.com')).not.toBe(normaliseDomain('paypal.com'));
  });
});

describe('normaliseUrl()', () => {
  test.each([
    ['hxxps://evil[.]example/Pay?x=1#y', 'evil.example/Pay?x=1#y', 'evil.example'],
    ['http://EVIL.example.:80/', 'evil.example', 'evil.example'],
    ['https://evil.example:443/a/../b', 'evil.example/b', 'evil.example'],
    ['evil.example/a', 'evil.example/a', 'evil.example'],
    ['http://[2001:DB8:0::1]/x', '[2001:db8::1]/x', undefined],
    ['ftp://evil.example/a', 'ftp://evil.example/a', 'evil.example'],
  ])('makes %s to %s', (text, value, domain) => {
    expect(normaliseUrl(text)).toMatchObject({ value, domain });
  });

  test('has nothing for what is no URL', () => {
    expect(normaliseUrl('http://')).toBeUndefined();
    expect(normaliseUrl('http://a b/')).toBeUndefined();
  });
});

describe('normaliseMail()', () => {
  test('reads an address with a display name, defanged or not', () => {
    expect(normaliseMail('Billing <Billing@Evil[.]example>')).toEqual({
      value: 'billing@evil.example',
      domain: 'evil.example',
    });
    expect(normaliseMail('billing[at]evil.example')?.value).toBe('billing@evil.example');
    expect(normaliseMail('nobody')).toBeUndefined();
  });
});

describe('every reader of a network value', () => {
  const host = fc.domain();
  const path = fc.webPath();

  test('finds the same value however it was defanged', () => {
    fc.assert(
      fc.property(host, path, (name, rest) => {
        const defanged = `hxxp://${name.replaceAll('.', '[.]')}${rest}`;
        expect(normaliseUrl(defanged)).toEqual(normaliseUrl(`http://${name}${rest}`));
        expect(normaliseDomain(name.replaceAll('.', '(.)'))).toBe(normaliseDomain(name.toUpperCase()));
      }),
    );
  });

  test('leaves what it made as it is, whatever it was given', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.emailAddress(), fc.ipV4(), fc.ipV6()),
        (text) => {
          for (const normalise of [normaliseIp, normaliseDomain, valueOf(normaliseUrl), valueOf(normaliseMail)]) {
            const once = normalise(text);
            expect(once === undefined ? undefined : normalise(once)).toBe(once);
          }
          expect(refang(refang(text)).length).toBeLessThanOrEqual(text.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function valueOf(read: (text: string) => { value: string } | undefined): (text: string) => string | undefined {
  return (text) => read(text)?.value;
}
