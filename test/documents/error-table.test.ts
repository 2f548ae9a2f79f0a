import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { fill, generateDocuments } from '../../local/docs/generate-documents.ts';
import { AppError, hasCode } from '../../shared/errors.ts';
import { ERROR_CODES, ERRORS, readErrorCode } from '../../shared/errors/error-table.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('the table of errors', () => {
  const source = globSync('shared/**/*.ts', { cwd: ROOT, exclude: ['shared/errors/**'] })
    .map((path) => readFileSync(join(ROOT, path), 'utf8'))
    .join('\n');

  test('has no code that no failure can have', () => {
    expect(ERROR_CODES.length).toBeGreaterThan(90);
    expect(ERROR_CODES.filter((code) => !source.includes(`'${code}'`))).toEqual([]);
  });

  test.each(ERROR_CODES)('says of %s what it means and what to do, once and for all', (code) => {
    const { action, meaning } = ERRORS[code];
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(meaning).toMatch(/^\S.{7,}[^.]$/);
    expect(action).toMatch(/^[A-Z].{7,}[^.]$/);
    // Whoever is told to wait is told for how long that is an answer.
    if (action.startsWith('Nothing')) expect(action).toMatch(/; if it lasts, \w/);
  });

  test('gives a failure all that it does not say itself', () => {
    const { action } = ERRORS['bad-page'];
    const plain = new AppError('bad-page', 'Cannot read');
    expect(plain).toMatchObject({ blame: 'microsoft', action, retriable: true, status: undefined });
    const own = new AppError('bad-page', 'Cannot read', {
      blame: 'tenant',
      action: 'Ask',
      retriable: false,
      status: 5,
    });
    expect(own).toMatchObject({ blame: 'tenant', action: 'Ask', retriable: false, status: 5 });
    expect(new AppError('link-open', 'Cannot make')).toMatchObject({ blame: 'caller', status: 409 });
  });

  test('holds the compiler to its codes', () => {
    const error = new AppError('tenant-taken', 'Cannot go on');
    expect(hasCode(error, 'tenant-gone', 'tenant-taken')).toBe(true);
    // @ts-expect-error a misspelt code
    expect(hasCode(error, 'tenat-taken')).toBe(false);
  });

  test('takes a stored code of another version as a bug, and no property of objects as a code', () => {
    expect(['throttled', 'of-the-future', 'toString', 7].map(readErrorCode)).toEqual([
      'throttled',
      ...Array<string>(3).fill('internal-error'),
    ]);
  });
});

describe('the documents made from it', () => {
  test('are as `npm run docs` writes them', async () => {
    const documents = await generateDocuments(ROOT);
    expect(documents.map(({ path }) => path)).toEqual(['docs/errors.md', 'docs/operations.md', 'docs/performance.md']);
    for (const { before, after } of documents) expect(before).toBe(after);
  });

  test('have every code once', () => {
    const [table = ''] =
      /<!-- begin codes [\s\S]*?<!-- end /.exec(readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')) ?? [];
    const codes = (table.match(/^\| `[a-z-]+`/gm) ?? []).map((row) => row.slice(3, -1));
    expect(codes.sort()).toEqual(ERROR_CODES);
  });
});

describe('fill()', () => {
  const text = 'a\n<!-- begin x -->\nold\n<!-- end x -->\nb';

  test('replaces what stands between the markers', () => {
    expect(fill(text, 'x', 'new')).toBe('a\n<!-- begin x -->\n\nnew\n\n<!-- end x -->\nb');
  });

  test.each(['y', 'begin'])('refuses a document without the markers of %s', (name) => {
    expect(() => fill(text, name, 'new')).toThrow(`Cannot fill the document as it must have <!-- begin ${name} -->`);
  });
});
