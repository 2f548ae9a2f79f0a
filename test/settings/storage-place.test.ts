import { describe, expect, test } from '@jest/globals';
import { isOnThisMachine } from '../../shared/settings/storage-place.ts';
import type { StorageConfig } from '../../shared/settings/storage-settings.ts';

const KEYS = 'DefaultEndpointsProtocol=https;AccountName=data;AccountKey=a2V5';

describe('isOnThisMachine()', () => {
  test.each([
    ['UseDevelopmentStorage=true', true],
    ['usedevelopmentstorage = True;DevelopmentStorageProxyUri=http://emulator.example', true],
    [`${KEYS};TableEndpoint=http://127.0.0.1:10002/devstoreaccount1;QueueEndpoint=http://127.0.0.1:10001/d`, true],
    [`${KEYS};TableEndpoint=http://localhost:10002/devstoreaccount1;QueueEndpoint=http://[::1]:10001/d`, true],
    [`${KEYS};TableEndpoint=http://data.table.localhost:10002;QueueEndpoint=http://127.0.0.2:10001`, true],
    [KEYS, false],
    [`${KEYS};EndpointSuffix=core.windows.net`, false],
    [`${KEYS};TableEndpoint=http://azurite:10002/devstoreaccount1;QueueEndpoint=http://azurite:10001/d`, false],
    [`${KEYS};TableEndpoint=https://127.0.0.1.example;QueueEndpoint=https://localhost.example`, false],
    [`${KEYS};TableEndpoint=localhost;QueueEndpoint=`, false],
    ['UseDevelopmentStorage=false', false],
    ['TableEndpoint=https://t.example;QueueEndpoint=https://q.example;SharedAccessSignature=sv=1', false],
  ])('of the connection string %j is %p', (connectionString, expected) => {
    const storage: StorageConfig = { kind: 'connection-string', connectionString };
    expect([isOnThisMachine(storage, 'table'), isOnThisMachine(storage, 'queue')]).toEqual([expected, expected]);
  });

  test('looks at the service that is asked for', () => {
    const addresses: StorageConfig = {
      kind: 'identity',
      tableServiceUri: 'https://localhost:10002/devstoreaccount1',
      queueServiceUri: 'https://data.queue.core.windows.net',
      identityClientId: undefined,
    };
    expect([isOnThisMachine(addresses, 'table'), isOnThisMachine(addresses, 'queue')]).toEqual([true, false]);
  });
});
