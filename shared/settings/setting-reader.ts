const MAX_SHOWN_CHARS = 100;
/** Values that somebody may have pasted into the wrong setting: client secrets, keys, signatures, passwords in a URL. */
const LOOKS_SECRET = /~|(?:AccountKey|SharedAccess\w*|sig|code|password)=|:\/\/[^/]*@|={2}$/i;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isGuid = (text: string): boolean => GUID.test(text);

export interface UrlRules {
  /** A path such as `/defender` may follow the host. */
  allowPath?: boolean;
  /** Plain http is accepted for this machine only, as browsers and Entra do. */
  allowLoopbackHttp?: boolean;
}

/** Reads settings one by one and collects what is wrong with them instead of stopping at the first problem. */
export interface SettingReader<Name extends string> {
  /** One line for each problem so far: name, what is allowed, current value. */
  readonly problems: readonly string[];
  /** The trimmed value; `undefined` when unset or blank. */
  text(name: Name): string | undefined;
  integer(name: Name, fallback: number, allowed: { min: number; max: number; unit: string }): number;
  oneOf<Choice extends string>(name: Name, choices: readonly Choice[], fallback: Choice): Choice;
  guid(name: Name): string | undefined;
  /** An https address without user, query or fragment, and without a slash at its end. */
  url(name: Name, rules?: UrlRules): string | undefined;
  requireSet(name: Name, value: string | undefined, reason: string): string;
  /** `must` completes "NAME must …". */
  refuse(name: Name, must: string): void;
  /** As `refuse`, without the current value. */
  refuseSecret(name: Name, must: string): void;
}

export function createSettingReader<Name extends string>(
  env: Readonly<Record<string, string | undefined>>,
): SettingReader<Name> {
  const problems: string[] = [];
  const text = (name: Name): string | undefined => {
    const value = env[name]?.trim();
    return value === '' ? undefined : value;
  };
  const refuse = (name: Name, must: string): void => {
    problems.push(`${name} must ${must}: ${describe(text(name))}`);
  };
  return {
    problems,
    text,
    refuse,
    refuseSecret: (name, must) => {
      problems.push(`${name} must ${must}: its current value is not shown`);
    },
    integer: (name, fallback, { min, max, unit }) => {
      const value = text(name);
      if (value === undefined) return fallback;
      const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
      if (number >= min && number <= max) return number;
      refuse(name, `be a whole number of ${unit} from ${min} to ${max}`);
      return fallback;
    },
    oneOf: (name, choices, fallback) => {
      const value = text(name);
      if (value === undefined) return fallback;
      const choice = choices.find((known) => known === value);
      if (choice === undefined) refuse(name, `be ${listChoices(choices)}`);
      return choice ?? fallback;
    },
    guid: (name) => {
      const value = text(name);
      if (value === undefined || isGuid(value)) return value?.toLowerCase();
      refuse(name, 'be a GUID');
      return undefined;
    },
    url: (name, rules = {}) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const url = readUrl(value, rules);
      if (url === undefined)
        refuse(
          name,
          `be an https URL ${rules.allowPath === true ? '' : 'without a path '}such as https://host.example`,
        );
      return url;
    },
    requireSet: (name, value, reason) => {
      if (value === undefined && text(name) === undefined) refuse(name, `be set ${reason}`);
      return value ?? '';
    },
  };
}

function readUrl(value: string, { allowPath = false, allowLoopbackHttp = false }: UrlRules): string | undefined {
  const url = URL.parse(value);
  if (url === null || url.host === '') return undefined;
  const isSecure =
    url.protocol === 'https:' || (allowLoopbackHttp && url.protocol === 'http:' && isLoopback(url.hostname));
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  const path = url.pathname.replace(/\/+$/, '');
  return isSecure && isPlain && (allowPath || path === '') ? url.origin + path : undefined;
}

/** True for names of this machine itself. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

export function listChoices(choices: readonly string[]): string {
  const quoted = choices.map((choice) => JSON.stringify(choice));
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1) ?? ''}`;
}

function describe(value: string | undefined): string {
  if (value === undefined) return 'it is not set';
  if (LOOKS_SECRET.test(value)) return 'its current value is not shown as it looks like a secret';
  return `current value is ${JSON.stringify(value.length > MAX_SHOWN_CHARS ? `${value.slice(0, MAX_SHOWN_CHARS)}…` : value)}`;
}
