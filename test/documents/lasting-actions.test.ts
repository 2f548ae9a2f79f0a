import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Texts of a source file that tell somebody to do nothing. */
function listIdleTexts(path: string, text: string): string[] {
  if (!text.includes('Nothing')) return []; // Most files: they need not be parsed.
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.filter((said) => /^Nothing( at first)?:/.test(said));
}

describe('what says that there is nothing to do', () => {
  test('says what to look at if it lasts, in every action of the source', () => {
    const said = globSync('{functions,shared}/**/*.ts', { cwd: ROOT }).flatMap((path) =>
      listIdleTexts(path, read(path)),
    );
    expect(said.length).toBeGreaterThan(10);
    expect(said.filter((action) => !/; if it lasts, \w/.test(action))).toEqual([]);
  });
});

test('listIdleTexts() finds plain texts and templates, and no other', () => {
  const source = "const a = ['Nothing: it waits', `Nothing at first: ${a} waits`, 'Nothing is here', 'Act'];";
  expect(listIdleTexts('a.ts', source)).toEqual(['Nothing: it waits', 'Nothing at first: ']);
});
