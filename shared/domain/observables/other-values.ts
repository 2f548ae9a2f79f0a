/** Files, accounts, devices and resources, each in one spelling; `undefined` is what cannot be one. */
import { rememberTexts } from '../values/remember-texts.ts';
import { fold } from './fold.ts';

const HEX = /^[0-9a-f]+$/;
export const HASH_KINDS = { 32: 'file-md5', 40: 'file-sha1', 64: 'file-sha256' } as const;
export type HashKind = (typeof HASH_KINDS)[keyof typeof HASH_KINDS];

export function normaliseHash(text: string): { kind: HashKind; value: string } | undefined {
  const value = text.trim().toLowerCase();
  if (!HEX.test(value)) return undefined;
  const [, kind] = Object.entries(HASH_KINDS).find(([length]) => value.length === Number(length)) ?? [];
  return kind === undefined ? undefined : { kind, value };
}

/** The last part of a path, whatever stands before it: `\\?\C:\Temp\A.exe` and `/tmp/A.exe` are `a.exe`. */
export function normaliseFileName(text: string): string | undefined {
  return fold(
    text
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) ?? '',
  );
}

const HIVES: ReadonlyMap<string, string> = new Map([
  ['hkey_local_machine', 'hklm'],
  ['hkey_current_user', 'hkcu'],
  ['hkey_classes_root', 'hkcr'],
  ['hkey_users', 'hku'],
  ['hkey_current_config', 'hkcc'],
]);

/** `HKEY_LOCAL_MACHINE\SOFTWARE\Run\` and `HKLM:\Software\Run` are `hklm\software\run`. */
export function normaliseRegistryKey(text: string): string | undefined {
  const folded = fold(text)?.replace(/^(?:computer\\|\\registry\\)/, '');
  const [hive = '', ...rest] = (folded ?? '').split(/[\\/]+/).filter((part) => part !== '');
  const bare = hive.replace(/:$/, '');
  const short = HIVES.get(bare) ?? (bare === 'machine' ? 'hklm' : bare);
  return rest.length === 0 && !short.startsWith('hk') ? undefined : [short, ...rest].join('\\');
}

const GUID = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i;

export function normaliseGuid(text: string): string | undefined {
  return GUID.exec(text.trim())?.[1]?.toLowerCase();
}

export function isSid(text: string): boolean {
  return /^S-1-\d+(-\d+)+$/i.test(text.trim());
}

/** `CONTOSO\Kim` and `contoso/kim`. */
export function normaliseAccount(domain: string, account: string): string | undefined {
  const [first, second] = [fold(domain), fold(account)];
  return first === undefined || second === undefined ? undefined : `${first}\\${second}`;
}

/** Words of a title by which it is found: the small ones that are in every second title are none. */
export const titleWords: (title: string) => readonly string[] = rememberTexts((title) => {
  const words = (fold(title) ?? '').split(/[^\p{L}\p{N}._-]+/u).map((word) => word.replace(/^[._-]+|[._-]+$/g, ''));
  return [...new Set(words.filter((word) => word.length >= 3 && !SMALL_WORDS.has(word)))];
});

const SMALL_WORDS = new Set(
  'and are been but for from has have incident into its not one was were with that the their this via involving multiple reported sources endpoints'.split(
    ' ',
  ),
);
