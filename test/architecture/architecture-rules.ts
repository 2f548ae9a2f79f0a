import { posix } from 'node:path';
import ts from 'typescript';

/** The first layer whose `files` match a file says what it may import: repository paths, or package names as written. */
interface Layer {
  files: RegExp;
  mayImport: RegExp;
}

const LAYERS: readonly Layer[] = [
  {
    files: /^shared\/domain\//,
    mayImport: /^(shared\/(domain\/|errors\.ts$)|node:(crypto|zlib)$|csv-stringify\/sync$)/,
  },
  { files: /^shared\/ports\//, mayImport: /^shared\/(domain\/|ports\/|errors\.ts$)/ },
  {
    files: /^shared\/adapters\//,
    mayImport:
      /^(shared\/(domain\/|ports\/|adapters\/|errors\.ts$)|node:|@azure\/|@opentelemetry\/|node-(fetch|forge)$)/,
  },
  { files: /^shared\/errors\.ts$/, mayImport: /^$/ },
  { files: /^shared\/config\.ts$/, mayImport: /^shared\/(domain\/|errors\.ts$)/ },
  {
    files: /^shared\/(services|create-providers|export-telemetry)\.ts$/,
    mayImport: /^(shared\/(?!http-handler)|node:|@azure\/|node-fetch$)/,
  },
  // What stands between the platform's calls and the use cases.
  {
    files: /^shared\/(http-handler|invocation-log|read-json-body|read-actor|register-function)\.ts$/,
    mayImport:
      /^(shared\/(domain\/|ports\/|(errors|services|invocation-log|http-handler)\.ts$)|@azure\/functions$|node:http$)/,
  },
  // Use cases.
  {
    files: /^shared\/[^/]+\.ts$/,
    mayImport:
      /^(shared\/(domain\/|ports\/|(?!(config|services|create-providers|export-telemetry|http-handler|invocation-log|read-json-body|read-actor|register-function)\.)[^/]+\.ts$)|node:crypto$)/,
  },
  {
    files: /^functions\/[^/]+\.ts$/,
    mayImport: /^(shared\/(domain\/|(?!config\.)[^/]+\.ts$)|@azure\/functions$)/,
  },
  // The page in the browser: it is bundled, and of the app it knows pure things and the shapes of answers.
  {
    files: /^functions\/board\//,
    mayImport: /^(functions\/board\/|shared\/(domain\/|(get-incident|list-changes)\.ts$)|preact(\/hooks)?$|uplot$)/,
  },
  { files: /^local\//, mayImport: /^(?!test\/|functions\/)/ },
];

const ENVIRONMENT_READERS = /^(shared\/(services|register-function)\.ts$|local\/)/;
/** They measure, wait, roll dice or talk; everything else in shared/ is given a clock and a random number. */
const MAY_BE_IMPURE = /^(shared\/(adapters\/|services\.ts$)|functions\/board\/|local\/)/;
/** What they export has names of its own; the file is called after what it is about. */
const NAMED_AFTER_A_CONCEPT = ['commit', 'failing-window', 'invocation-log'];

const REGISTERS_BY_ITSELF = /^app\.(?!hook\b|setup\b)/;

const FUNCTION_FILE = /^functions\/[^/]+$/;
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
  const layer = LAYERS.find(({ files }) => files.test(path));
  if (layer === undefined) return ['lies in no layer that this test knows'];
  return listImports(path, text)
    .filter((imported) => !layer.mayImport.test(imported))
    .map((imported) => `may not import ${imported}`);
}

function checkSize(path: string, text: string): string[] {
  const lines = text.trimEnd().split('\n').length;
  const most = FUNCTION_FILE.test(path) ? MAX_FUNCTION_FILE_LINES : MAX_LINES;
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
  const isRegistration = FUNCTION_FILE.test(path) && exported.length > 0;
  const camelCase = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  if (isRegistration && !exported.includes(camelCase)) return [`does not export ${camelCase}`];
  const isUseCase = /^shared\/[^/]+$/.test(path) && !NAMED_AFTER_A_CONCEPT.includes(name);
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
  if (isProcess(node) && !ENVIRONMENT_READERS.test(path)) return 'uses process';
  if (path.startsWith('local/')) return undefined;
  if (path.startsWith('functions/') && REGISTERS_BY_ITSELF.test(node.getText()) && ts.isCallExpression(node))
    return 'registers past shared/edge/register-function.ts, which knows what each APP_ROLE has';
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'holds the type any';
  if (ts.isEnumDeclaration(node)) return 'declares an enum';
  if (ts.isExportAssignment(node)) return 'has a default export';
  if (node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent)) return 'has a default export';
  if (ts.isClassDeclaration(node) && !/ extends \w*Error\b/.test(node.getText()))
    return 'declares a class that is no error';
  return MAY_BE_IMPURE.test(path) ? undefined : checkPurity(node);
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
