import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** What makes a test slow: a process beside it. */
const IMPORTS_PROCESS = /from '(?:playwright-core|node:child_process)'/;
/** Whole lives of a collector, which `npm run sim` has too. */
const IS_LIFE = /^test\/(?:simulation|conformance)\//;

/** The tests that need no storage emulator, browser or other process, found by what they import, also through others. */
export function listFastTests(root: string): string[] {
  const startsProcess = new Map<string, boolean>();
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  function isSlow(path: string): boolean {
    const known = startsProcess.get(path);
    if (known !== undefined) return known;
    startsProcess.set(path, false); // Files that import each other end here.
    // Source quoted in a test imports what there may not be.
    if (!existsSync(join(root, path))) return false;
    const text = read(path);
    const imports = Array.from(text.matchAll(/(?:from|import\(?)\s*'(\.[^']+\.tsx?)'/g), ([, name = '']) =>
      posix.join(posix.dirname(path), name),
    );
    const slow = IMPORTS_PROCESS.test(text) || imports.some(isSlow);
    startsProcess.set(path, slow);
    return slow;
  }
  const paths = globSync('test/**/*.test.ts', { cwd: root }).map((path) => path.replaceAll('\\', '/'));
  return paths.filter((path) => !IS_LIFE.test(path) && !isSlow(path)).sort();
}
