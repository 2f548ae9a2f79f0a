import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeCursor, readCursor } from '../../../shared/domain/requests/cursor.ts';

test('readCursor() reads what encodeCursor() wrote, whatever it is, and only for the same list', () => {
  const aPosition = fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.boolean()));
  fc.assert(
    fc.property(aPosition, aPosition, aPosition, (list, otherList, position) => {
      const cursor = encodeCursor(list, position);
      expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(readCursor(cursor, list)).toEqual(position);
      fc.pre(JSON.stringify(list) !== JSON.stringify(otherList));
      expect(() => readCursor(cursor, otherList)).toThrow(expect.objectContaining({ code: 'bad-cursor' }));
    }),
  );
});

test('readCursor() reads what encodeCursor() wrote for the same list', () => {
  const cursor = encodeCursor(['incidents', null, 'x'], ['a!b', {}]);

  expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(readCursor(cursor, ['incidents', null, 'x'])).toEqual(['a!b', {}]);
});

const CHANGED = Buffer.from(
  Buffer.from(encodeCursor(['incidents'], ['a']), 'base64url')
    .toString()
    .replace('"a"', '"b"'),
).toString('base64url');

test.each([
  ['another list', encodeCursor(['tenants'], ['a'])],
  ['another position', CHANGED],
  ['a cut', encodeCursor(['incidents'], ['a']).slice(0, -4)],
  ['no JSON', 'hello'],
  ['other JSON', Buffer.from('[1]').toString('base64url')],
  ['another version', Buffer.from('{"v":2,"f":"","p":[]}').toString('base64url')],
])('readCursor() refuses %s', (_case, cursor) => {
  expect(() => readCursor(cursor, ['incidents'])).toThrow(
    expect.objectContaining({ blame: 'caller', code: 'bad-cursor' }),
  );
});
