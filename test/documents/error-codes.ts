import ts from 'typescript';

export interface ErrorCode {
  code: string;
  /** `undefined` where the source computes it. */
  blame: string | undefined;
}

/**
 * The codes that a source file can give an `AppError`: literal arguments of its constructor, and entries of tables that say
 * who is to blame, whose code is their `code` or else their key.
 */
export function listErrorCodes(path: string, text: string): ErrorCode[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: ErrorCode[] = [];
  const visit = (node: ts.Node): void => {
    const code = ts.isNewExpression(node) ? fromConstructor(node) : fromTable(node);
    if (code !== undefined) found.push(code);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function fromConstructor(node: ts.NewExpression): ErrorCode | undefined {
  if (node.expression.getText() !== 'AppError') return undefined;
  const [blame, code] = node.arguments ?? [];
  const literal = textOf(code);
  return literal === undefined ? undefined : { code: literal, blame: textOf(blame) };
}

function fromTable(node: ts.Node): ErrorCode | undefined {
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  const blame = textOf(propertyOf(node, 'blame'));
  const { parent } = node;
  const key = ts.isPropertyAssignment(parent) && ts.isStringLiteral(parent.name) ? parent.name.text : undefined;
  const code = textOf(propertyOf(node, 'code')) ?? (blame === undefined ? undefined : key);
  return code === undefined || !/^[a-z]+(-[a-z]+)*$/.test(code) ? undefined : { code, blame };
}

function propertyOf(node: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  return node.properties.filter(ts.isPropertyAssignment).find((property) => property.name.getText() === name)
    ?.initializer;
}

function textOf(node: ts.Expression | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteral(node) ? node.text : undefined;
}
