import { createHash } from 'node:crypto';

/** Base64, as every key; it opens nothing but an emulator. */
const KEY = 'a2V5';
/** One file opens so many emulators at most. */
const ACCOUNTS_A_FILE = 4;

/** What the accounts of these test files are called in the environment of Azurite. */
export function listAccounts(testPaths: readonly string[]): string {
  const accounts = testPaths.flatMap((path) =>
    Array.from({ length: ACCOUNTS_A_FILE }, (_, index) => nameAccount(path, index)),
  );
  return accounts.map((account) => `${account}:${KEY}`).join(';');
}

/** `connectionString` for the account that a test file opens after `index` others: no row of another file is there. */
export function toOwnAccount(connectionString: string, testPath: string, index: number): string {
  if (index >= ACCOUNTS_A_FILE)
    throw new Error(`Cannot open another emulator as a test file has at most ${ACCOUNTS_A_FILE}`);
  const [, shared = ''] = /AccountName=(\w+)/.exec(connectionString) ?? [];
  return connectionString
    .replaceAll(shared, nameAccount(testPath, index))
    .replace(/AccountKey=[^;]*/, `AccountKey=${KEY}`);
}

const nameAccount = (testPath: string, index: number): string =>
  `t${createHash('sha256').update(testPath.replaceAll('\\', '/')).digest('hex').slice(0, 16)}${index}`;
