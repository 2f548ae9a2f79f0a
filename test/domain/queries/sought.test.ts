import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSought } from '../../../shared/domain/queries/sought.ts';

const SHA256 = 'b2'.repeat(32);
const MAIL = ['user', 'mailbox', 'email-sender', 'email-recipient'];

describe('readSought()', () => {
  test.each([
    [SHA256.toUpperCase(), ['file-sha256'], SHA256],
    ['a1'.repeat(20), ['file-sha1', 'device'], 'a1'.repeat(20)],
    ['c3'.repeat(16), ['file-md5'], 'c3'.repeat(16)],
    ['203[.]0[.]113[.]4', ['ip'], '203.0.113.4'],
    ['203.0.113.4:443', ['ip'], '203.0.113.4'],
    ['2001:DB8:0:0::1', ['ip'], '2001:db8::1'],
    ['hxxps://evil[.]example/Pay', ['url'], 'evil.example/Pay'],
    ['evil.example/pay', ['url'], 'evil.example/pay'],
    ['kim[at]contoso.com', MAIL, 'kim@contoso.com'],
    ['CONTOSO\\Kim', ['user'], 'contoso\\kim'],
    ['S-1-5-21-7-8', ['user'], 's-1-5-21-7-8'],
    ['\\\\?\\C:\\Temp\\A.exe', ['file-name'], 'a.exe'],
    ['HKLM:\\Software\\Run', ['registry-key'], 'hklm\\software\\run'],
    ['/subscriptions/1/VM', ['cloud-resource'], '/subscriptions/1/vm'],
    [
      '{6E5B8A11-5B1F-4A5C-B0F5-0D3E0C1A2B3C}',
      ['user', 'device', 'oauth-app', 'network-message-id'],
      '6e5b8a11-5b1f-4a5c-b0f5-0d3e0c1a2b3c',
    ],
    ['#4711', ['incident'], '4711'],
    ['https://security.microsoft.com/incident2/4711/overview', ['incident'], '4711'],
    ['m\u00fcller.example', ['domain'], 'xn--mller-kva.example'],
    ['[2001:db8::1]:443', ['ip'], '2001:db8::1'],
    ['4711', ['incident', 'user', 'device'], '4711'],
    ['https://evil.example/', ['url', 'domain'], 'evil.example'],
    ['http://203.0.113.4', ['url', 'ip'], '203.0.113.4'],
    ['@Evil.example', ['domain'], 'evil.example'],
  ])('takes %s for %j', (text, kinds, value) => {
    expect(readSought(text)).toMatchObject({ kinds, value, words: [] });
  });

  test('takes the tenant of a link into the portal', () => {
    const tid = '6e5b8a11-5b1f-4a5c-b0f5-0d3e0c1a2b3c';
    expect(readSought(`https://security.microsoft.com/incidents/4711?tid=${tid}`)).toMatchObject({
      value: '4711',
      tenantId: tid,
    });
  });

  test.each([
    ['"203.0.113.4".', ['ip'], '203.0.113.4'],
    ['(hxxp://evil[.]example/pay),', ['url'], 'evil.example/pay'],
    ['[evil.example/pay]', ['url'], 'evil.example/pay'],
    [`SHA256: ${SHA256}`, ['file-sha256'], SHA256],
    ['email-subject: Pay me, "now"', ['email-subject'], 'pay me, "now"'],
    ['file-name:My Invoice.pdf', ['file-name'], 'my invoice.pdf'],
  ])('takes %s as it stands in a report for %j', (text, kinds, value) => {
    expect(readSought(text)).toMatchObject({ kinds, value, words: [] });
  });

  test.each(['R\u00e9sum\u00e9.pdf', '\u5831\u544a.docx'])(
    'looks for %s among the names of files, as no domain ends so',
    (name) => {
      const { kinds, value } = readSought(name);
      expect(kinds).toContain('file-name');
      expect(value).toBe(name.toLowerCase());
    },
  );

  test('takes the beginning of an address for one', () => {
    expect(readSought('203.0.113')).toMatchObject({ value: '203.0.113', isPrefix: true });
    expect(readSought('203.0.113').kinds).toContain('ip');
  });

  test.each(['invoice(1).pdf', '.htaccess', 'm\u00fcller#1'])(
    'does not say of %s that titles were searched',
    (text) => {
      expect(readSought(text).kinds).not.toContain('alert-title');
      expect(readSought(text)).toMatchObject({ value: text, words: [] });
    },
  );

  test('does not say that what begins so was searched where the index has only the whole value', () => {
    const long = 'a-name-of-more-than-fifty-characters-in-the-key-of-a-row.exe';
    expect(readSought(long.slice(0, 50)).isPrefix).toBe(true);
    expect(readSought(long).isPrefix).toBe(false);
    expect(readSought('https://evil.example/pay').isPrefix).toBe(true);
    expect(readSought('\u0432\u0440\u0435\u0434\u043e\u043d\u043e\u0441\u043d\u044b\u0439')).toMatchObject({
      isPrefix: false,
    });
  });

  test('looks for several words by one that may be typed by its beginning', () => {
    const long = '\u0432\u0440\u0435\u0434\u043e\u043d\u043e\u0441\u043d\u044b\u0439';
    expect(readSought(`${long} file`)).toMatchObject({ value: 'file', isPrefix: true, words: [long, 'file'] });
  });

  test('takes one word for the beginning of a name or of a word in a title', () => {
    const { kinds, value, isPrefix, words } = readSought('WS-14');
    expect(kinds).toEqual(expect.arrayContaining(['device', 'domain', 'user', 'file-name', 'alert-title']));
    expect({ value, isPrefix, words }).toEqual({ value: 'ws-14', isPrefix: true, words: ['ws-14'] });
  });

  test('looks for what is no known kind in titles, by its longest word', () => {
    expect(readSought('Suspicious PowerShell command')).toEqual({
      kinds: ['alert-title'],
      value: 'suspicious',
      isPrefix: true,
      words: ['suspicious', 'powershell', 'command'],
    });
  });

  test.each([
    ['a'.repeat(63), '63 hexadecimal digits are no hash'],
    ['203.0.113.0/24', 'a network is no address'],
    ['2001:db8::/32', 'a network is no address'],
    ['203.0.113.256', 'IPv4 address of four numbers from 0 to 255'],
    ['2001:db8::1::2', 'IPv6'],
    ['http://a b', 'URL'],
    ['a'.repeat(2_001), 'at most 2000 characters'],
    ['   ', 'may not be empty'],
    ['to be or', 'no word of three letters'],
  ])('refuses %s and says why', (text, reason) => {
    expect(() => readSought(text)).toThrow(
      expect.objectContaining({ code: 'bad-parameter', message: expect.stringContaining(reason) }),
    );
  });

  test('refuses what is not of the kind that was asked for', () => {
    expect(() => readSought('a1'.repeat(20), 'file-sha256')).toThrow(
      expect.objectContaining({ message: expect.stringContaining('64 hexadecimal digits') }),
    );
  });

  test('reads or refuses everything', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.ipV6(), fc.emailAddress()), (text) => {
        try {
          expect(readSought(text).kinds.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-parameter' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
