import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const list = (pattern: string): string[] => globSync(pattern, { cwd: ROOT }).map((path) => path.replaceAll('\\', '/'));
const countLines = (path: string): number => read(path).trimEnd().split('\n').length;
const findAll = (text: string, pattern: RegExp): string[] =>
  Array.from(text.matchAll(pattern), ([, part = '']) => part);

const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', ...list('docs/**/*.md')];
const DECISIONS = list('docs/adr/0*.md').sort();

interface Manifest {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  overrides: Record<string, string>;
}

const manifest = JSON.parse(read('package.json')) as Manifest;

describe('the documents', () => {
  test.each([
    ['README.md', 150],
    ['ARCHITECTURE.md', 250],
  ])('%s has at most %i lines', (path, most) => {
    expect(countLines(path)).toBeLessThanOrEqual(most);
  });

  test.each(DOCUMENTS)('%s links only to files and headings that exist', (path) => {
    const links = findAll(withoutCode(read(path)), /\]\(([^)\s]+)\)/g).filter((link) => !/^[a-z]+:/.test(link));
    expect(links.filter((link) => !leadsSomewhere(path, link))).toEqual([]);
  });

  test.each(DOCUMENTS)('%s names only files and folders that exist', (path) => {
    const names = findAll(read(path), /`((?:functions|shared|local|test|docs|infra)\/[\w./*-]*)`/g);
    expect(names.filter((name) => list(name.replace(/\/$/, '')).length === 0)).toEqual([]);
  });

  test.each(DOCUMENTS)('%s names only npm scripts that exist', (path) => {
    const code = (read(path).match(/```[\s\S]*?```|`[^`\n]+`/g) ?? []).join('\n');
    const named = findAll(code, /\bnpm (?:run )?([a-z][\w:-]*)/g);
    expect(named.filter((name) => !['ci', 'install'].includes(name) && !(name in manifest.scripts))).toEqual([]);
  });

  test('ARCHITECTURE.md names only checks that the simulation makes', () => {
    const named = findAll(read('ARCHITECTURE.md'), /`(check[A-Z]\w+)`/g);
    const checker = list('test/simulation/*/check*.ts').map(read).join('\n');
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !checker.includes(`function ${name}(`))).toEqual([]);
  });

  test('ARCHITECTURE.md answers each question of "Where is" with one or two files', () => {
    const answers = findAll(/## Where is[\s\S]*?(?=\n## )/.exec(read('ARCHITECTURE.md'))?.[0] ?? '', /^- (.+)$/gm);
    const filesOf = (answer: string): string[] => findAll(answer, /\]\(([^)]+\.ts)\)/g);
    expect(answers.length).toBeGreaterThanOrEqual(10);
    expect(answers.filter((answer) => ![1, 2].includes(filesOf(answer).length))).toEqual([]);
  });

  test('docs/glossary.md has at most 30 terms, each once', () => {
    const terms = findAll(read('docs/glossary.md'), /^\| (?!term |-)(.+?) +\|/gm);
    expect(terms.length).toBeGreaterThan(20);
    expect(terms.length).toBeLessThanOrEqual(30);
    expect(new Set(terms).size).toBe(terms.length);
  });

  test('every document in docs/ is reached from README.md, ARCHITECTURE.md or the list of decisions', () => {
    const decisions = read('docs/adr/README.md').replaceAll('](0', '](docs/adr/0');
    const entrances = read('README.md') + read('ARCHITECTURE.md') + decisions;
    expect(DOCUMENTS.slice(2).filter((path) => !entrances.includes(`(${path})`))).toEqual([]);
  });
});

function leadsSomewhere(from: string, link: string): boolean {
  const [file = '', heading] = link.split('#');
  const path = file === '' ? from : join(dirname(from), decodeURI(file));
  if (!existsSync(join(ROOT, path))) return false;
  return heading === undefined || findAll(read(path), /^#+ (.+)$/gm).some((title) => toAnchor(title) === heading);
}

/** As GitHub makes it. */
function toAnchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function withoutCode(markdown: string): string {
  return markdown.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
}

describe('the npm scripts', () => {
  const commands = Object.entries(manifest.scripts);

  test('run without a Unix shell', () => {
    const unixWords = /\b(bash|sh|rm|cp|mv|mkdir|export)\b|[;$]|\.sh\b|^[A-Z_]+=/;
    const isPortable = (command: string): boolean => !unixWords.test(command.replace(/node -e "[^"]*"/g, ''));
    expect(commands.filter(([, command]) => !isPortable(command))).toEqual([]);
  });

  test('start only programs that exist', () => {
    const programs = commands.flatMap(([, command]) => findAll(command, /\b((?:local|bench|test)\/[\w./-]+\.\w+)/g));
    expect(programs.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('the gate', () => {
  const steps = (manifest.scripts['check'] ?? '').split(' && ');

  test('ends with all tests', () => {
    expect(steps.at(-1)).toBe('npm test');
    expect(steps.length).toBeGreaterThan(2);
  });

  test('is what .ci/run does after a clean install', () => {
    const lines = read('.ci/run').trim().split('\n');
    const [install, ...others] = lines.filter((line) => line.startsWith('npm '));
    expect(install).toMatch(/^npm ci\b/);
    expect(others.map((line) => line.replace('--silent ', ''))).toEqual(steps);
    expect(lines.at(-1)).toBe('npm test');
  });
});

describe('docs/dependencies.md', () => {
  test('says why each dependency is there, and names no other', () => {
    const { dependencies, devDependencies, optionalDependencies, overrides } = manifest;
    const declared = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides });
    const reasons = Array.from(
      read('docs/dependencies.md').matchAll(/^- (`.+`): (.+)$/gm),
      ([, names = '', reason = '']) => findAll(names, /`([^`]+)`/g).map((name) => ({ name, reason })),
    ).flat();
    expect(reasons.map(({ name }) => name).sort()).toEqual(declared.sort());
    expect(reasons.filter(({ reason }) => !/^[A-Z].{20,}\.$/.test(reason))).toEqual([]);
  });
});

describe('the decisions', () => {
  test('have a number each', () => {
    const numbers = DECISIONS.map((path) => Number(/adr\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]));
    expect(numbers.every((number) => number > 0)).toBe(true);
    expect(new Set(numbers).size).toBe(DECISIONS.length);
  });

  test.each(DECISIONS)('%s says status, context, decision and consequences on one screen', (path) => {
    const headings = findAll(read(path), /^## (.+)$/gm);
    expect(headings).toEqual(['Status', 'Context', 'Decision', 'Consequences']);
    expect(countLines(path)).toBeLessThanOrEqual(50);
  });
});
