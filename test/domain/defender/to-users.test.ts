import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toIncident } from '../../../shared/domain/defender/to-incident.ts';
import type { User } from '../../../shared/domain/incidents/incident.ts';
import { readTenantId } from '../../../shared/domain/values/tenant-id.ts';

const tenantId = readTenantId('50612dbb-0237-4969-b378-8d42590f9c00');
if (tenantId === undefined) throw new Error('The tenant id of this test is not one');
const context = { tenantId, portalUrl: 'https://security.microsoft.com', updatedFrom: 7n };

/** The affected users of an incident whose alerts have these entities. */
const usersOf = (...alerts: object[][]): User[] =>
  toIncident({ alerts: alerts.map((entities, alertId) => ({ alertId, entities })) }, '1', context).incident.users;
const named = (fields: Partial<User>): User => ({
  accountName: null,
  domainName: null,
  userPrincipalName: null,
  aadUserId: null,
  sid: null,
  ...fields,
});
const upn = (userPrincipalName: string): User => named({ userPrincipalName });

describe('an entity that names a person or a mailbox by one field is an affected user', () => {
  test.each([
    ['MailBox', { mailboxAddress: 'sales@contoso.com' }, upn('sales@contoso.com')],
    ['Mailbox', { mailboxPrimaryAddress: 'sales@contoso.com' }, upn('sales@contoso.com')],
    ['mailbox', { primaryAddress: 'sales@contoso.com' }, upn('sales@contoso.com')],
    ['MailBox', { upn: 'kim@contoso.com' }, upn('kim@contoso.com')],
    ['MailBox', { userPrincipalName: 'kim@contoso.com' }, upn('kim@contoso.com')],
    ['MailBox', { displayName: 'Sales' }, named({ accountName: 'Sales' })],
    ['MailBox', { mailboxDisplayName: 'Sales' }, named({ accountName: 'Sales' })],
    ['MailBox', { aadUserId: 'o-1' }, named({ aadUserId: 'o-1' })],
    ['MailboxConfiguration', { mailboxPrimaryAddress: 'sales@contoso.com' }, upn('sales@contoso.com')],
    ['MailboxConfiguration', { externalDirectoryObjectId: 'o-1' }, named({ aadUserId: 'o-1' })],
    ['MailMessage', { recipient: 'sales@contoso.com' }, upn('sales@contoso.com')],
    ['MailMessage', { userPrincipalName: 'kim@contoso.com' }, upn('kim@contoso.com')],
    ['AnalyzedMessage', { recipientEmailAddress: 'sales@contoso.com' }, upn('sales@contoso.com')],
    ['SubmissionMail', { recipient: '"Sales, EU" <sales@contoso.com>' }, upn('sales@contoso.com')],
    ['TeamsMessage', { suspiciousRecipients: ['kim@contoso.com'] }, upn('kim@contoso.com')],
    ['User', { accountName: 'kim' }, named({ accountName: 'kim' })],
    ['User', { userSid: 'S-1-5-21-1' }, named({ sid: 'S-1-5-21-1' })],
    ['User', { sid: 'S-1-5-21-1' }, named({ sid: 'S-1-5-21-1' })],
    ['User', { aadUserId: 'o-1' }, named({ aadUserId: 'o-1' })],
    ['User', { displayName: 'Kim Lee' }, named({ accountName: 'Kim Lee' })],
    ['User', { userAccount: { azureAdUserId: 'o-1' } }, named({ aadUserId: 'o-1' })],
    ['Account', { userPrincipalName: 'kim@contoso.com' }, upn('kim@contoso.com')],
    ['CloudLogonSession', { userPrincipalName: 'kim@contoso.com' }, upn('kim@contoso.com')],
    ['CloudLogonSession', { account: { userPrincipalName: 'kim@contoso.com' } }, upn('kim@contoso.com')],
    ['CloudLogonSession', { account: { userAccount: { userSid: 'S-1-5-21-1' } } }, named({ sid: 'S-1-5-21-1' })],
    ['HostLogonSession', { account: { accountName: 'kim' } }, named({ accountName: 'kim' })],
    ['SecurityGroup', { securityGroupName: 'Admins', aadUserId: 'o-1' }, named({ aadUserId: 'o-1' })],
  ])('%s with %j', (entityType, fields, expected) => {
    expect(usersOf([{ entityType, ...fields }])).toEqual([expected]);
  });

  test.each([
    ['who sent a mail', { entityType: 'MailMessage', sender: 'attacker@evil.example', p2Sender: 'a@evil.example' }],
    ['a recipient that is no address', { entityType: 'MailMessage', recipient: 'undisclosed-recipients:;' }],
    ['a group', { entityType: 'SecurityGroup', securityGroupName: 'Domain Admins', displayName: 'Domain Admins' }],
    [
      'the account that a process ran under',
      { entityType: 'Process', accountName: 'SYSTEM', domainName: 'NT AUTHORITY' },
    ],
    ['a mailbox of which nothing is known', { entityType: 'MailBox', mailboxAddress: '', domainName: 'contoso' }],
    ['a domain', { entityType: 'User', domainName: 'contoso' }],
  ])('%s is none', (_kind, entity) => {
    expect(usersOf([entity])).toEqual([]);
  });
});

describe('an affected user is listed once', () => {
  const owned = {
    entityType: 'MailBox',
    userPrincipalName: 'kim@contoso.com',
    mailboxAddress: 'Kim.Lee@contoso.com',
    mailboxDisplayName: 'Kim Lee',
  };
  const kim = upn('kim@contoso.com');

  test('when a mail names the address and the mailbox knows whose it is, in whichever alert', () => {
    const mail = { entityType: 'MailMessage', sender: 'a@evil.example', recipient: 'kim.lee@contoso.com' };

    expect(usersOf([mail], [owned])).toEqual([kim]);
    expect(usersOf([owned, mail])).toEqual([kim]);
  });

  test('when one entity has only the display name', () => {
    expect(usersOf([{ entityType: 'User', displayName: 'kim lee' }, owned])).toEqual([kim]);
  });

  test('when a mailbox has the address of a user under another domain', () => {
    const user = {
      entityType: 'User',
      accountName: 'kim',
      domainName: 'contoso',
      userPrincipalName: 'kim@contoso.com',
    };
    const mailbox = { entityType: 'MailBox', mailboxAddress: 'KIM.LEE@contoso.com' };

    expect(usersOf([user, mailbox], [owned])).toEqual([
      named({ accountName: 'kim', domainName: 'contoso', userPrincipalName: 'kim@contoso.com' }),
    ]);
  });

  test('and what two people share joins nobody', () => {
    const other = { ...owned, userPrincipalName: 'lee@contoso.com' };
    const shared = { entityType: 'MailMessage', recipient: 'kim.lee@contoso.com' };

    expect(usersOf([owned, other, shared])).toEqual([upn('kim.lee@contoso.com'), kim, upn('lee@contoso.com')]);
  });

  test('and whoever signs in with a name is not who gets mail under it', () => {
    const signsIn = { entityType: 'User', userPrincipalName: 'kim.lee@contoso.com', aadUserId: 'o-2' };

    expect(usersOf([owned, signsIn])).toEqual(
      expect.arrayContaining([kim, named({ userPrincipalName: 'kim.lee@contoso.com', aadUserId: 'o-2' })]),
    );
  });

  test('whatever the entities and their order, and no principal name twice', () => {
    const text = (...texts: string[]): fc.Arbitrary<string | null> => fc.constantFrom(null, ...texts);
    const mail = text('kim@contoso.com', 'KIM@contoso.com', 'kim.lee@contoso.com', 'sales@contoso.com');
    const anyEntity = fc.record({
      entityType: fc.constantFrom('User', 'MailBox', 'MailMessage', 'CloudLogonSession', 'SecurityGroup', 'Process'),
      userPrincipalName: mail,
      mailboxAddress: mail,
      recipient: mail,
      displayName: text('Kim Lee', 'Sales'),
      accountName: text('kim'),
      domainName: text('contoso'),
      sender: fc.constant('attacker@evil.example'),
    });
    fc.assert(
      fc.property(fc.array(anyEntity), fc.array(anyEntity), (one, other) => {
        const users = usersOf(one, other);
        const names = users.flatMap(({ userPrincipalName }) => userPrincipalName?.toLowerCase() ?? []);
        expect(new Set(names).size).toBe(names.length);
        expect(names).not.toContain('attacker@evil.example');
        expect(usersOf(one.toReversed(), other.toReversed())).toEqual(users);
      }),
      { numRuns: 300 },
    );
  });
});
