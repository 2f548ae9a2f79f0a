import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { createApi } from '../data/api.ts';
import { toShownError } from '../data/api-error.ts';
import type { Person } from '../data/read-principal.ts';
import { keepKey, readKey, readPerson, readSettings, reloadForSignIn } from '../data/session.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Board } from './board-shell.tsx';
import { KeyForm } from './key-form.tsx';

/** What keeps the visitor from the board. */
type Entry =
  | { state: 'looking' }
  | { state: 'failed'; error: unknown }
  | { state: 'key-wanted'; isRefused: boolean }
  | { state: 'signed-out' }
  | { state: 'open'; key: string | undefined; person: Person | undefined };

const SIGN_IN = '/.auth/login/aad?post_login_redirect_uri=';

export function App(): JSX.Element {
  const [entry, setEntry] = useState<Entry>({ state: 'looking' });
  useEffect(() => {
    findEntry().then(setEntry, (error: unknown) => {
      setEntry({ state: 'failed', error });
    });
  }, []);
  switch (entry.state) {
    case 'looking':
      return <main class="lone" aria-busy="true" aria-label="Incident board" />;
    case 'failed':
      return (
        <main class="lone">
          <ProblemNote error={toShownError(entry.error)} />
        </main>
      );
    case 'signed-out':
      return (
        <main class="lone">
          <h1>Incident board</h1>
          <p>Your sign-in has run out, or this app is not assigned to you.</p>
          <a class="button primary" href={SIGN_IN + encodeURIComponent(location.pathname)}>
            Sign in
          </a>
        </main>
      );
    case 'key-wanted':
      return <KeyForm isRefused={entry.isRefused} onKey={(key) => void tryKey(key).then(setEntry)} />;
    case 'open':
      return <OpenBoard entry={entry} onEntry={setEntry} />;
  }
}

interface OpenProps {
  entry: Extract<Entry, { state: 'open' }>;
  onEntry(entry: Entry): void;
}

function OpenBoard({ entry: { key, person }, onEntry }: OpenProps): JSX.Element {
  const api = useMemo(() => {
    const onRefused = (): void => {
      if (person === undefined) onEntry(askForKey(true));
      else if (!reloadForSignIn(Date.now())) onEntry({ state: 'signed-out' });
    };
    return createApi({ key, onRefused });
  }, [key, person, onEntry]);
  const forget = (): void => {
    onEntry(askForKey(false));
  };
  return <Board api={api} person={person} onForgetKey={key === undefined ? undefined : forget} />;
}

function askForKey(isRefused: boolean): Entry {
  keepKey(undefined);
  return { state: 'key-wanted', isRefused };
}

async function findEntry(): Promise<Entry> {
  const { signIn } = await readSettings();
  if (signIn === 'keys') return tryKey(readKey());
  const person = await readPerson();
  if (person !== undefined) return { state: 'open', key: undefined, person };
  return reloadForSignIn(Date.now()) ? { state: 'looking' } : { state: 'signed-out' };
}

/** A host on a laptop needs no key, so the page asks for one only after a refusal without it. */
async function tryKey(key: string | undefined): Promise<Entry> {
  const seen = { isRefused: false };
  const api = createApi({
    key,
    onRefused: () => {
      seen.isRefused = true;
    },
  });
  await api.tenants({ pageSize: '1' }).catch(() => undefined); // any other failure shows in the views
  if (seen.isRefused) return askForKey(key !== undefined);
  keepKey(key);
  return { state: 'open', key, person: undefined };
}
