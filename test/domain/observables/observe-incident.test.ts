import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Alert, Entity, Incident } from '../../../shared/domain/incidents/incident.ts';
import { MAX_OBSERVABLES, observeIncident } from '../../../shared/domain/observables/observe-incident.ts';
import { OBSERVABLE_KINDS } from '../../../shared/domain/observables/observable.ts';
import { formatTicks } from '../../../shared/domain/values/ticks.ts';
import { anAlert, anIncident } from '../../helpers/seed.ts';

const SHA256 = 'b2'.repeat(32);

describe('observeIncident()', () => {
  test('finds a value of every kind in the fields that the sources name', () => {
    const entities = [
      entity('file', { sha256: SHA256, sha1: 'A1'.repeat(20), fileName: 'Invoice.iso', filePath: 'C:\\Temp' }),
      entity('blob', { fileHashes: [{ algorithm: 'md5', value: 'c3'.repeat(16) }] }),
      entity('networkConnection', { destinationAddress: { ipAddress: '203.0.113.4' } }),
      entity('url', { url: 'https://Login.Example/verify' }),
      entity('mailMessage', { sender: 'billing@evil.example', recipient: 'lee@contoso.com', subject: 'Your Invoice' }),
      entity('submissionMail', { networkMessageId: 'N-1' }),
      entity('mailBox', { mailboxAddress: 'kim.lee@contoso.com' }),
      entity('process', {
        fileName: 'cmd.exe',
        processCommandLine: 'cmd.exe /c whoami',
        accountName: 'kim',
        domainName: 'CONTOSO',
      }),
      entity('hostLogonSession', { host: { mdeDeviceId: 'd-1', deviceDnsName: 'WS-14.contoso.com' } }),
      entity('registry', { registryHive: 'HKEY_CURRENT_USER', registryKey: 'SOFTWARE\\Run' }),
      entity('oAuthApplication', { applicationId: '0A0A0A0A-0000-4000-8000-00000000000a' }),
      entity('azureResource', { resourceId: '/subscriptions/1/VM' }),
    ];

    const { found, leftOut } = observeIncident(incident(), [alert('a-1', entities)]);

    expect(found.map(({ kind, value }) => `${kind} ${value}`)).toEqual(
      expect.arrayContaining([
        `file-sha256 ${SHA256}`,
        `file-sha1 ${'a1'.repeat(20)}`,
        `file-md5 ${'c3'.repeat(16)}`,
        'file-name invoice.iso',
        'ip 203.0.113.4',
        'url login.example/verify',
        'domain login.example',
        'domain evil.example',
        'email-sender billing@evil.example',
        'email-recipient lee@contoso.com',
        'email-subject your invoice',
        'network-message-id n-1',
        'mailbox kim.lee@contoso.com',
        'user contoso\\kim',
        'device d-1',
        'device ws-14.contoso.com',
        'process cmd.exe',
        'registry-key hkcu\\software\\run',
        'oauth-app 0a0a0a0a-0000-4000-8000-00000000000a',
        'cloud-resource /subscriptions/1/vm',
        'alert-title suspicious logon',
        'incident 7',
      ]),
    );
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(OBSERVABLE_KINDS));
    expect(found.some(({ value }) => value.includes('whoami'))).toBe(false);
    expect(leftOut).toBe(0);
  });

  test('joins what several alerts say of a value: the worst verdict with its alert, and the whole time', () => {
    const first = alert(
      'a-1',
      [entity('ip', { ipAddress: '203.0.113.4', remediationStatus: 'None' }, 'suspicious')],
      1,
    );
    const second = alert(
      'a-2',
      [entity('ip', { ipAddress: '203.0.113.4', remediationStatus: 'Blocked' }, 'malicious')],
      3,
    );

    const { found } = observeIncident(incident(), [first, second]);

    expect(found.find(({ kind }) => kind === 'ip')).toEqual({
      kind: 'ip',
      value: '203.0.113.4',
      alertId: 'a-2',
      verdict: 'malicious',
      remediation: 'Blocked',
      firstSeen: 1n,
      lastSeen: 3n,
    });
  });

  test('keeps the most telling 300 values of too many, and counts the rest', () => {
    const harmless = Array.from({ length: 5_000 }, (_, at) => entity('url', { url: `https://${at}.example/a` }));
    const bad = entity('file', { sha256: SHA256 }, 'malicious');

    const { found, leftOut } = observeIncident(incident(), [alert('a-1', [...harmless.slice(0, 4_999), bad])]);

    const values = found.filter(({ kind }) => kind !== 'incident' && kind !== 'alert-title');
    expect(values).toHaveLength(MAX_OBSERVABLES);
    expect(values[0]).toMatchObject({ kind: 'file-sha256', value: SHA256 });
    expect(leftOut).toBe(2 * 4_999 + 1 - MAX_OBSERVABLES);
  });

  test('leaves out what nobody could ask for, visibly', () => {
    const { found, leftOut } = observeIncident(incident(), [
      alert('a-1', [entity('url', { url: `https://evil.example/${'a'.repeat(100_000)}` })]),
    ]);

    expect(found.map(({ kind }) => kind)).not.toContain('url');
    expect(leftOut).toBe(1);
  });

  test('makes the same of a version whatever the order of its alerts and evidence', () => {
    const value = fc.constantFrom('203.0.113.4', '203.0.113.5', '2001:db8::1');
    const verdict = fc.constantFrom('malicious', 'suspicious', 'unknown', null);
    const evidence = fc.record({ ipAddress: value, verdict, remediationStatus: fc.constantFrom('None', 'Blocked') });
    const alerts = fc.array(fc.array(evidence, { maxLength: 4 }), { maxLength: 4 });

    fc.assert(
      fc.property(alerts, (lists) => {
        const made = lists.map((list, at) =>
          alert(
            `a-${at}`,
            list.map((fields) => entity('ip', fields, fields.verdict)),
            at + 1,
          ),
        );
        const turned = made.toReversed().map((one) => ({ ...one, entities: one.entities.toReversed() }));
        expect(observeIncident(incident(), turned)).toEqual(observeIncident(incident(), made));
      }),
    );
  });

  test('survives whatever an entity may hold', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.dictionary(fc.constantFrom(...FIELDS), fc.jsonValue()),
        (type, fields) => {
          const { found } = observeIncident(incident(), [alert('a-1', [{ ...entity(type, {}), ...fields } as Entity])]);
          for (const { value } of found) expect(value.length).toBeLessThanOrEqual(2_000);
        },
      ),
    );
  });
});

const FIELDS = [
  'sha256',
  'fileName',
  'ipAddress',
  'url',
  'sender',
  'recipient',
  'accountName',
  'domainName',
  'registryKey',
  'account',
];

function entity(type: string, fields: Omit<Entity, 'type' | 'verdict'>, verdict: string | null = 'suspicious'): Entity {
  return { ...fields, type, verdict };
}

function alert(alertId: string, entities: Entity[], seenAt = 1): Alert {
  const seen = formatTicks(BigInt(seenAt));
  return { ...anAlert('7', alertId), title: 'Suspicious logon', firstActivity: seen, lastActivity: seen, entities };
}

function incident(): Incident {
  return anIncident('7', '2026-11-24T12:00:00Z', { name: 'Phishing at a customer' });
}
