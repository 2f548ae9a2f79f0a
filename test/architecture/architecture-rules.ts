import { posix } from 'node:path';
import ts from 'typescript';
import { mayKnow, roomOf, type Floor } from './rooms.ts';

const floorOf = (path: string): string | undefined => roomOf(path)?.floor.name;
const mayUse = (path: string, what: NonNullable<Floor['uses']>[number]): boolean =>
  roomOf(path)?.floor.uses?.includes(what) === true;

const REGISTERS_BY_ITSELF = /^app\.(?!hook\b|setup\b)/;

const isFunctionFile = (path: string): boolean => floorOf(path) === 'functions';

/** A file has one subject and is as long as that; longer ones have turned out to have two. */
const MAX_LINES = 300;
const MAX_FUNCTION_FILE_LINES = 40;

/** Everything that is wrong with one source file, one sentence each. Reads nothing but its arguments. */
export function checkSource(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const problems = [...checkImports(path, text), ...checkSize(path, text), ...checkName(path, file)];
  if (!path.startsWith('local/')) problems.push(...checkWords(text));
  const visit = (node: ts.Node): void => {
    const problem = checkNode(path, node);
    if (problem !== undefined) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      problems.push(`line ${line + 1} ${problem}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return problems.map((problem) => `${path}: ${problem}`);
}

/** Imported modules: repository paths for relative ones, else as written. */
export function listImports(path: string, text: string): string[] {
  const specifiers = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  return specifiers.map((specifier) =>
    specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier,
  );
}

function checkImports(path: string, text: string): string[] {
  const room = roomOf(path);
  if (room === undefined) return ['lies in no room of test/architecture/rooms.ts'];
  const isAllowed = (imported: string): boolean => {
    if (!/^(functions|shared|local|bench|test)\//.test(imported)) return room.floor.packages.test(imported);
    const other = roomOf(imported);
    return other !== undefined && mayKnow(room, other);
  };
  return listImports(path, text)
    .filter((imported) => !isAllowed(imported))
    .map((imported) => `may not import ${imported}`);
}

function checkSize(path: string, text: string): string[] {
  const lines = text.trimEnd().split('\n').length;
  const most = isFunctionFile(path) ? MAX_FUNCTION_FILE_LINES : MAX_LINES;
  return lines > most ? [`has ${lines} lines, at most ${most} are allowed`] : [];
}

function checkWords(text: string): string[] {
  const words = ['TODO', 'FIXME', '@ts-ignore', '@ts-expect-error', '@ts-nocheck'];
  return words.filter((word) => text.includes(word)).map((word) => `holds ${word}`);
}

/** Kebab-case; a function file exports its own name; what a use case exports has a word of the file's name in it. */
function checkName(path: string, file: ts.SourceFile): string[] {
  const { name } = posix.parse(path);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return ['is not named in kebab-case'];
  const exported = file.statements.flatMap(exportedNames);
  const isRegistration = isFunctionFile(path) && exported.length > 0;
  const camelCase = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  if (isRegistration && !exported.includes(camelCase)) return [`does not export ${camelCase}`];
  const isUseCase = floorOf(path) === 'use cases';
  const all = exported.join(' ').toLowerCase();
  const isNamedAlike = name.split('-').some((word) => all.includes(word.replace(/s$/, '')));
  return isUseCase && !isNamedAlike ? [`exports nothing named after "${name}"`] : [];
}

function exportedNames(statement: ts.Statement): string[] {
  if (ts.isExportDeclaration(statement) && statement.exportClause !== undefined)
    return statement.exportClause.getText().match(/\w+/g) ?? [];
  const isExported = ts.canHaveModifiers(statement) && hasModifier(statement, ts.SyntaxKind.ExportKeyword);
  if (!isExported) return [];
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map((declaration) => declaration.name.getText());
  const { name } = statement as { name?: ts.Identifier };
  return name === undefined ? [] : [name.text];
}

function hasModifier(node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
  return (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind);
}

function checkNode(path: string, node: ts.Node): string | undefined {
  if (isProcess(node) && !mayUse(path, 'environment')) return 'uses process';
  if (path.startsWith('local/')) return undefined;
  if (path.startsWith('functions/') && ts.isCallExpression(node) && REGISTERS_BY_ITSELF.test(node.getText()))
    return 'registers past shared/edge/register-function.ts, which knows what each APP_ROLE has';
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'holds the type any';
  if (ts.isEnumDeclaration(node)) return 'declares an enum';
  if (ts.isExportAssignment(node)) return 'has a default export';
  if (node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent)) return 'has a default export';
  if (ts.isClassDeclaration(node) && !/ extends \w*Error\b/.test(node.getText()))
    return 'declares a class that is no error';
  return mayUse(path, 'clock') ? undefined : checkPurity(node);
}

/** The global, not a property or a name of ours. */
function isProcess(node: ts.Node): boolean {
  if (!ts.isIdentifier(node) || node.text !== 'process') return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return !ts.isPropertyAssignment(parent) && !ts.isPropertySignature(parent);
}

const IMPURE_CALLS = /^(Date\.now|Math\.random|performance\.now|fetch|setTimeout|setInterval|console\.\w+)$/;

function checkPurity(node: ts.Node): string | undefined {
  if (ts.isCallExpression(node)) {
    const called = node.expression.getText();
    return IMPURE_CALLS.test(called) ? `calls ${called}` : undefined;
  }
  if (!ts.isNewExpression(node) || node.expression.getText() !== 'Date') return undefined;
  return (node.arguments ?? []).length === 0 ? 'reads the clock of this machine' : undefined;
}
