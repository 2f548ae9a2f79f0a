import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { distinctDevices, distinctUsers } from '../../../shared/domain/incidents/distinct-assets.ts';
import type { Device, User } from '../../../shared/domain/incidents/incident.ts';

const user = (fields: Partial<User>): User => ({
  accountName: null,
  domainName: null,
  userPrincipalName: null,
  aadUserId: null,
  sid: null,
  ...fields,
});
const device = (fields: Partial<Device>): Device => ({
  deviceId: null,
  aadDeviceId: null,
  name: null,
  osPlatform: null,
  healthStatus: null,
  riskScore: null,
  ...fields,
});

describe('distinctUsers()', () => {
  test('joins what names one person in different ways', () => {
    const whole = user({ accountName: 'kim', aadUserId: 'o-1', sid: 'S-1', userPrincipalName: 'kim@contoso.com' });

    const users = distinctUsers([
      [user({ userPrincipalName: 'KIM@contoso.com' }), user({ sid: 's-1', domainName: 'contoso' })],
      [whole],
    ]);

    expect(users).toEqual([{ ...whole, domainName: 'contoso' }]);
  });

  test('keeps two people with one principal name but two object ids apart', () => {
    const users = [
      user({ userPrincipalName: 'a@b', aadUserId: 'o-1' }),
      user({ userPrincipalName: 'a@b', aadUserId: 'o-2' }),
    ];

    expect(distinctUsers([users])).toHaveLength(2);
  });

  test('knows an account without any id by its domain and name', () => {
    const users = [
      user({ accountName: 'admin', domainName: 'PC-1' }),
      user({ accountName: 'Admin', domainName: 'pc-1' }),
      user({ accountName: 'admin', domainName: 'PC-2' }),
    ];

    expect(distinctUsers([users])).toHaveLength(2);
  });
});

describe('distinctUsers() doubles nobody', () => {
  const field = (...texts: string[]): fc.Arbitrary<string | null> => fc.constantFrom(null, ...texts);
  const anyUser = fc.record({
    accountName: field('kim', 'Lee'),
    domainName: field('contoso', 'CONTOSO', 'pc-1'),
    userPrincipalName: field('kim@contoso.com', 'Kim@Contoso.com', 'lee@contoso.com'),
    aadUserId: field('o-1', 'o-2'),
    sid: field('s-1', 's-2'),
  });
  const certain = ({ aadUserId, sid, userPrincipalName }: User): (string | undefined)[] =>
    [aadUserId, sid, userPrincipalName].map((id) => id?.toLowerCase());
  const share = (one: readonly unknown[], other: readonly unknown[]): boolean =>
    one.some((id, kind) => id !== undefined && id === other[kind]);
  const differ = (one: readonly unknown[], other: readonly unknown[]): boolean =>
    one.some((id, kind) => id !== undefined && other[kind] !== undefined && id !== other[kind]);

  test('who share an object id, a SID or a principal name and differ in none are one', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyUser)), (lists) => {
        const users = distinctUsers(lists).map(certain);
        const doubled = users.flatMap((one, at) =>
          users.slice(at + 1).filter((other) => share(one, other) && !differ(one, other)),
        );
        expect(doubled).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('whoever was named is there, and the order inside a list changes nothing', () => {
    fc.assert(
      fc.property(fc.array(anyUser), fc.array(anyUser), (one, other) => {
        const users = distinctUsers([one, other]);
        const lost = [...one, ...other].filter(
          (user) =>
            certain(user).some((id) => id !== undefined) && !users.some((kept) => share(certain(user), certain(kept))),
        );
        expect(lost).toEqual([]);
        expect(distinctUsers([one.toReversed(), other.toReversed()])).toEqual(users);
      }),
      { numRuns: 500 },
    );
  });

  test('two are one when a third shares the SID of one and the principal name of the other', () => {
    const users = [
      user({ aadUserId: 'o-1', sid: 's-1' }),
      user({ userPrincipalName: 'kim@contoso.com', accountName: 'kim' }),
      user({ sid: 's-1', userPrincipalName: 'kim@contoso.com' }),
    ];

    expect(distinctUsers([users])).toEqual([
      user({ aadUserId: 'o-1', sid: 's-1', accountName: 'kim', userPrincipalName: 'kim@contoso.com' }),
    ]);
  });

  test('an account with its domain is who has that account and an id', () => {
    const whole = user({ accountName: 'kim', domainName: 'contoso', userPrincipalName: 'kim@contoso.com' });
    const account = user({ accountName: 'Kim', domainName: 'CONTOSO' });
    const elsewhere = user({ accountName: 'kim', domainName: 'pc-1' });

    expect(distinctUsers([[account, elsewhere], [whole]])).toHaveLength(2);
    expect(distinctUsers([[account], [whole]])).toEqual([whole]);
  });

  test('thousands of namesakes take no more than a moment', () => {
    const users = Array.from({ length: 5_000 }, (_, id) =>
      user({ userPrincipalName: 'all@contoso.com', aadUserId: `${id}` }),
    );

    const startedMs = performance.now();
    expect(distinctUsers([users])).toHaveLength(5_000);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });
});

describe('distinctDevices()', () => {
  test('keeps the state in the earlier list and fills its gaps', () => {
    const devices = distinctDevices([
      [device({ deviceId: 'd-1', riskScore: 'low', name: 'pc-1' })],
      [
        device({ deviceId: 'd-1', riskScore: 'high', name: 'pc-1' }),
        device({ deviceId: 'd-1', osPlatform: 'Windows11' }),
      ],
    ]);

    expect(devices).toEqual([device({ deviceId: 'd-1', riskScore: 'low', name: 'pc-1', osPlatform: 'Windows11' })]);
  });

  test('keeps two devices of one name apart', () => {
    const devices = [device({ deviceId: 'd-1', name: 'pc' }), device({ deviceId: 'd-2', name: 'pc' })];

    expect(distinctDevices([devices])).toHaveLength(2);
  });

  test('answers the same in any order of a list', () => {
    const devices = [
      device({ deviceId: 'd-2' }),
      device({ name: 'x' }),
      device({ deviceId: 'd-1', aadDeviceId: 'a-1' }),
    ];

    expect(distinctDevices([devices.toReversed()])).toEqual(distinctDevices([devices]));
  });
});
