import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findCircle } from './find-circle.ts';
import { listImports } from './architecture-rules.ts';
import { drawRooms, mayKnow, ROOMS, roomOf, type Room } from './rooms.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const list = (...patterns: string[]): string[] =>
  patterns.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).map((path) => path.replaceAll('\\', '/'));

/** What one can keep in view when a folder is opened. */
const MOST_FILES = 15;

const files = list('{functions,shared,local,bench,test}/**/*.{ts,tsx,mjs,cjs,css,html,svg,json}');
const sources = files.filter((path) => /\.tsx?$/.test(path));

/** By folder, the folders that its files import from. */
function listArrows(paths: readonly string[]): Map<string, Set<string>> {
  const arrows = new Map<string, Set<string>>();
  for (const path of paths) {
    const folder = posix.dirname(path);
    const others = listImports(path, readText(path)).filter((imported) =>
      /^(functions|shared|local|bench|test)\//.test(imported),
    );
    const known = arrows.get(folder) ?? new Set();
    for (const other of others.map((imported) => posix.dirname(imported))) if (other !== folder) known.add(other);
    arrows.set(folder, known);
  }
  return arrows;
}

describe('the rooms', () => {
  const arrows = listArrows(sources);

  test(`hold at most ${MOST_FILES} files each`, () => {
    const sizes = Map.groupBy(files, (path) => posix.dirname(path));
    // A fixture is data: one more case is one more file.
    const crowded = [...sizes].filter(
      ([folder, { length }]) => length > MOST_FILES && !folder.startsWith('test/fixtures/'),
    );
    expect(crowded.map(([folder, { length }]) => `${folder}: ${length}`)).toEqual([]);
  });

  test('know each other in no circle, tests included', () => {
    expect(arrows.size).toBeGreaterThan(100);
    expect(findCircle(arrows)).toBeUndefined();
  });

  test('hold files that import each other in no circle', () => {
    const imports = sources.map((path) => [path, new Set(listImports(path, readText(path)))] as const);
    expect(findCircle(new Map(imports.filter(([path]) => path.startsWith('shared/'))))).toBeUndefined();
  });

  test('stand below all that they may know', () => {
    const upward = (room: Room, index: number): string[] =>
      ROOMS.slice(index + 1)
        .filter((later) => mayKnow(room, later))
        .map((later) => `${room.path} may know ${later.path}`);
    expect(ROOMS.flatMap(upward)).toEqual([]);
  });

  test('name only rooms that exist, and that they know', () => {
    const unused = ROOMS.flatMap(({ path, named }) =>
      named.filter((other) => arrows.get(path)?.has(other) !== true).map((other) => `${path} names ${other}`),
    );
    expect(unused).toEqual([]);
  });

  test('are folders with files', () => {
    const present = new Set(sources.map((path) => posix.dirname(path)));
    expect(ROOMS.map(({ path }) => path).filter((path) => !present.has(path))).toEqual([]);
  });

  test('keep the helpers of scenarios apart from the tests', () => {
    const scenarios = Map.groupBy(list('test/scenarios/**/*.ts'), (path) => posix.dirname(path));
    const isTest = (path: string): boolean => path.endsWith('.test.ts');
    const mixed = [...scenarios].filter(([, paths]) => paths.some(isTest) && !paths.every(isTest));
    expect(mixed.map(([folder]) => folder)).toEqual([]);
  });

  test('are shown by ARCHITECTURE.md as they are', () => {
    expect(/## Rooms[\s\S]*?```text\n([\s\S]*?)\n```/.exec(readText('ARCHITECTURE.md'))?.[1]).toBe(drawRooms());
  });

  test('are found by the path of a file', () => {
    expect(roomOf('shared/domain/rows/row-keys.ts')?.path).toBe('shared/domain/rows');
    expect(roomOf('shared/errors.ts')?.floor.name).toBe('errors');
    expect(roomOf('shared/nowhere/a.ts')).toBeUndefined();
  });
});

describe('findCircle()', () => {
  test.each([
    ['none', { a: 'b c', b: 'c', c: '' }, undefined],
    ['two rooms', { a: 'b', b: 'a' }, ['a', 'b', 'a']],
    ['three rooms below another', { z: 'a', a: 'b', b: 'c', c: 'a' }, ['a', 'b', 'c', 'a']],
  ])('finds %s', (_, graph, circle) => {
    const arrows = Object.entries(graph).map(
      ([room, others]) => [room, new Set(others.split(' ').filter(Boolean))] as const,
    );
    expect(findCircle(new Map(arrows))).toEqual(circle);
  });
});
