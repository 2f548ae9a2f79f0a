import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createBoardFiles } from '../../shared/adapters/machine/board-files.ts';
import { getBoardFile, type BoardDeps } from '../../shared/edge/get-board-file.ts';

let folder: string;
let deps: BoardDeps;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'board-files-'));
  await writeFile(join(folder, 'board.html'), '<!doctype html>');
  await writeFile(join(folder, 'board-ABCD1234.js'), 'let a;');
  await writeFile(join(folder, 'secret.json'), '{}');
  deps = { boardFiles: createBoardFiles(folder), config: { operatorSignIn: 'entra' } };
});
afterAll(() => rm(folder, { recursive: true }));

test('getBoardFile() answers the page without a name, checked at each visit, and 304 to whoever has it', async () => {
  const page = await getBoardFile(deps, undefined, null);
  const again = await getBoardFile(deps, undefined, page.headers['etag'] ?? '');

  expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
  expect(page.headers['cache-control']).toBe('no-cache');
  expect(again.status).toBe(304);
  expect(again.body).toBeUndefined();
});

test('getBoardFile() lets files with a hash in their name be kept for good', async () => {
  const { headers } = await getBoardFile(deps, 'board-ABCD1234.js', null);
  expect(headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
  });
});

test('getBoardFile() forbids inline scripts, styles, foreign origins and framing', async () => {
  const { headers } = await getBoardFile(deps, undefined, null);
  const policy = headers['content-security-policy'] ?? '';
  expect(policy.split('; ')).toEqual(
    expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]),
  );
  expect(policy).not.toContain('unsafe');
});

test('getBoardFile() tells how operators sign in, and is asked each time', async () => {
  const { headers, body } = await getBoardFile(deps, 'settings.json', null);
  expect(body).toBe('{"signIn":"entra"}');
  expect(headers['cache-control']).toBe('no-store');
});

test.each(['../host.json', 'secret.json', 'board.html', 'nothing.js', '__proto__'])(
  'getBoardFile() has no file %s',
  async (name) => {
    await expect(getBoardFile(deps, name, null)).rejects.toMatchObject({ code: 'not-found', status: 404 });
  },
);

test('createBoardFiles() says what to do when the page was not built', async () => {
  const late = join(folder, 'late');
  const files = createBoardFiles(late);
  await expect(files.read('board.html')).rejects.toMatchObject({ code: 'board-not-built' });
});
