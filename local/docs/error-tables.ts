import { ERROR_CODES, ERRORS } from '../../shared/errors/error-table.ts';

/** In an action, what is written as it stands: settings, calls, commands, files, queues, a schedule. */
const LITERALS =
  /\{?[A-Z]+(?:_[A-Z]+)+\}?(?:\/[a-z/]+)?|(?:GET|PUT|POST|DELETE) \/[\w/{}?=-]+|(?:npm run|azd) \w+|(?:infra|docs)\/[\w.]+|[a-z-]+-poison|0 \*\/5(?: \*)+/g;

const toMarkdown = (action: string): string => action.replace(LITERALS, '`$&`');

const toTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** What each code means, for docs/errors.md. */
export function meaningTable(): string {
  const rows = ERROR_CODES.map((code) => [`\`${code}\``, ERRORS[code].blame, ERRORS[code].meaning]);
  return toTable(['code', 'blame', 'meaning'], rows);
}

/** What to do about the codes that raise an alert by themselves, or about all others, for docs/operations.md. */
export function actionTable(raisesAlert: boolean): string {
  const codes = ERROR_CODES.filter((code) => (ERRORS[code].alert !== undefined) === raisesAlert);
  const rows = codes.map((code) => [`\`${code}\``, toMarkdown(ERRORS[code].action)]);
  return toTable(['code', 'what to do'], rows);
}
