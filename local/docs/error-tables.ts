import { ERROR_CODES, ERRORS } from '../../shared/errors/error-table.ts';

/** In an action, what is written as it stands: settings, calls, commands, files, queues, a schedule. */
const LITERALS =
  /\{?[A-Z]+(?:_[A-Z]+)+\}?(?:\/[a-z/]+)?|(?:GET|PUT|POST|DELETE) \/[\w/{}?=-]+|(?:npm run|azd) \w+|(?:infra|docs)\/[\w.]+|[a-z-]+-poison|0 \*\/5(?: \*)+/g;

const toMarkdown = (action: string): string => action.replace(LITERALS, '`$&`');

const toTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Everything about each code, for docs/errors.md. */
export function errorTable(): string {
  const rows = ERROR_CODES.map((code) => {
    const { blame, meaning, action } = ERRORS[code];
    return [`\`${code}\``, blame, meaning, toMarkdown(action)];
  });
  return toTable(['code', 'blame', 'meaning', 'what to do'], rows);
}

/** The codes that raise an alert by themselves, for docs/operations.md. */
export function alertingCodes(): string {
  const codes = ERROR_CODES.filter((code) => ERRORS[code].alert !== undefined);
  return codes.map((code) => `\`${code}\``).join(', ');
}
