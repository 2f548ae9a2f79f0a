import type { ObservableKind } from '../../../shared/domain/observables/observable.ts';

/** Values of these show by their form what they are. */
const MARKED: readonly ObservableKind[] = [
  'file-sha256',
  'file-sha1',
  'file-md5',
  'ip',
  'url',
  'domain',
  'email-sender',
  'email-recipient',
  'mailbox',
  'user',
  'device',
];
const PLAIN_FILE = /^[a-z][\w-]*(?:\.[\w-]+)+$/i;

/** What to type so that a value is looked for as what it is: the name of a file with a space in it would be taken for words of a title. */
export function toSearchText(kinds: readonly ObservableKind[], value: string): string {
  const isMarked = kinds.some((kind) => MARKED.includes(kind)) && /^[\x21-\x7e]+$/.test(value);
  return isMarked || PLAIN_FILE.test(value) ? value : `${kinds[0]}:${value}`;
}
