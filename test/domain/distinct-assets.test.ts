import { describe, expect, test } from '@jest/globals';
import { distinctDevices, distinctUsers } from '../../shared/domain/distinct-assets.ts';
import type { Device, User } from '../../shared/domain/incident.ts';

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
