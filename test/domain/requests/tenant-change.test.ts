import { describe, expect, test } from '@jest/globals';
import { readTenantChange } from '../../../shared/domain/requests/tenant-change.ts';

describe('readTenantChange()', () => {
  test.each([
    [[], 'bad-body', /JSON object.*\[\]/],
    ['text', 'bad-body', /JSON object/],
    [null, 'bad-body', /JSON object/],
    [{ displayname: 'x' }, 'bad-body', /"displayname".*known are displayName, customer, labels, source, paused/],
    [JSON.parse('{"__proto__": 1}'), 'bad-body', /"__proto__"/],
    [{ displayName: 7 }, 'bad-body', /"displayName".*current value is 7/],
    [{ displayName: ' ' }, 'bad-body', /"displayName"/],
    [{ customer: 'x'.repeat(257) }, 'bad-body', /"customer".*256/],
    [{ customer: 'a\nb' }, 'bad-body', /"customer".*one line/],
    [{ labels: 'gold' }, 'bad-body', /"labels".*list/],
    [{ labels: ['gold', 1] }, 'bad-body', /"labels\[1\]"/],
    [{ paused: 'true' }, 'bad-body', /"paused".*true or false.*"true"/],
    [{ source: 'sentinel' }, 'bad-body', /"source".*"defender", "graph", "auto" or null.*"sentinel"/],
  ])('refuses %j', (body, code, message) => {
    const read = () => readTenantChange(body);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ blame: 'caller', code }));
  });

  test('reads what is given and nothing else', () => {
    expect(
      readTenantChange({ displayName: ' Alpha ', labels: ['a', 'b', 'a'], customer: null, source: 'graph' }),
    ).toEqual({
      displayName: 'Alpha',
      labels: ['a', 'b'],
      customer: null,
      source: 'graph',
    });
  });
});
