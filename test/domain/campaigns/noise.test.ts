import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { domainsOf, isEverywhere, isSignedByMicrosoft, whyNoise } from '../../../shared/domain/campaigns/noise.ts';
import { normaliseUrl } from '../../../shared/domain/observables/network-values.ts';
import { OBSERVABLE_KINDS, type ObservableKind } from '../../../shared/domain/observables/observable.ts';

describe('whyNoise()', () => {
  test.each<[kind: ObservableKind, value: string, reason: string | undefined]>([
    ['ip', '10.255.255.255', 'private-address'],
    ['ip', '11.0.0.0', undefined],
    ['ip', '172.15.255.255', undefined],
    ['ip', '172.16.0.0', 'private-address'],
    ['ip', '172.32.0.0', undefined],
    ['ip', '192.168.1.1', 'private-address'],
    ['ip', '127.0.0.1', 'private-address'],
    ['ip', '169.254.9.9', 'private-address'],
    ['ip', '100.64.0.1', 'private-address'],
    ['ip', '100.128.0.1', undefined],
    ['ip', '239.1.1.1', 'private-address'],
    ['ip', '255.255.255.255', 'private-address'],
    ['ip', '0.0.0.0', 'private-address'],
    ['ip', '::1', 'private-address'],
    ['ip', '::', 'private-address'],
    ['ip', 'fe80::1', 'private-address'],
    ['ip', 'fd12::1', 'private-address'],
    ['ip', 'ff02::1', 'private-address'],
    ['ip', '2606:4700::1', undefined],
    ['ip', '192.0.2.1', 'documentation-address'],
    ['ip', '198.51.100.7', 'documentation-address'],
    ['ip', '203.0.113.4', 'documentation-address'],
    ['ip', '2001:db8::1', 'documentation-address'],
    ['ip', '8.8.4.4', undefined],
    ['url', '10.0.0.1:8080/a', 'private-address'],
    ['url', 'kim:secret@10.0.0.1/a', 'private-address'],
    ['url', '[fe80::1]/a', 'private-address'],
    ['url', 'ftp://192.168.0.1', 'private-address'],
    ['url', 'evil.test/10.0.0.1', undefined],
    ['url', 'login.microsoftonline.com/common', 'microsoft-name'],
    ['url', 'login.microsoftonline.com.evil.test/common', undefined],
    ['domain', 'microsoft.com', 'microsoft-name'],
    ['domain', 'notmicrosoft.com', undefined],
    ['domain', 'phish.blob.core.windows.net', undefined],
    ['email-sender', 'no-reply@microsoft.com', 'microsoft-name'],
    ['email-sender', 'microsoft.com@evil.test', undefined],
    ['file-name', 'powershell.exe', 'microsoft-name'],
    ['process', 'rundll32.exe', 'microsoft-name'],
    ['file-name', 'invoice.exe', undefined],
    ['file-sha256', 'b2'.repeat(32), undefined],
  ])('of %s %s says %s', (kind, value, reason) => {
    expect(whyNoise([kind], value)).toBe(reason);
  });

  test('takes whatever a hash, subject or app may be for none', () => {
    const kinds = OBSERVABLE_KINDS.filter((kind) => kind.startsWith('file-sha') || kind === 'email-subject');
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.string({ minLength: 1 }), (kind, value) => {
        expect(whyNoise([kind], value)).toBeUndefined();
        expect(domainsOf([kind], value)).toEqual([]);
      }),
    );
  });
});

describe('domainsOf()', () => {
  test.each<[kind: ObservableKind, value: string, domains: string[]]>([
    ['domain', 'mail.contoso.com', ['mail.contoso.com', 'contoso.com']],
    ['email-sender', 'kim@contoso.com', ['contoso.com']],
    ['mailbox', 'kim@contoso.com', ['contoso.com']],
    ['device', 'ws-1.contoso.com', ['ws-1.contoso.com', 'contoso.com']],
    ['device', 'ws-1', []],
    ['ip', '8.8.4.4', []],
    ['url', 'www.contoso.com:8443/a?b@c.test', ['www.contoso.com', 'contoso.com']],
    ['file-name', 'contoso.com', []],
  ])('of %s %s are %j', (kind, value, domains) => {
    expect(domainsOf([kind], value)).toEqual(domains);
  });

  test('finds the host of every link that the index has', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (address) => {
        const link = normaliseUrl(address);
        if (link?.domain !== undefined) expect(domainsOf(['url'], link.value)[0]).toBe(link.domain);
      }),
    );
  });
});

describe('isEverywhere()', () => {
  test.each([
    [2, 2, false],
    [3, 3, false],
    [4, 8, false],
    [4, 7, true],
    [51, 100, true],
    [50, 100, false],
  ])('of %i of %i customers: %s', (having, all, expected) => {
    expect(isEverywhere(having, all)).toBe(expected);
  });
});

test.each([
  ['Microsoft Windows', true],
  ['Microsoft Corporation', true],
  ['Microsofty Ltd', false],
  ['Evil Microsoft', false],
  [null, false],
])('isSignedByMicrosoft() of %s is %s', (signer, expected) => {
  expect(isSignedByMicrosoft(signer)).toBe(expected);
});
