import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { defang } from './defang.ts';
import { NO_FILTER } from '../model/incident-filter.ts';
import { writeRoute } from '../model/route.ts';
import { announce } from './announce.tsx';
import { Icon } from './icon.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import type { Value } from './value.ts';

/** Longer ones are no names that a button could have. */
const MAX_NAME = 60;

/** A value to work with: copied with one click, defanged where that matters, and looked for at all customers. */
export function ValueText({ value }: { value: Value }): JSX.Element {
  const { text, isPlain = false, search, isDangerous = false, prefix } = value;
  const name = text.length > MAX_NAME ? `${text.slice(0, MAX_NAME)}…` : text;
  return (
    <span class="value">
      {prefix !== undefined && <span class="hint">{prefix} </span>}
      <OutsideText text={text} />
      {!isPlain && (
        <span class="value-tools">
          <CopyButton text={text} label={`Copy ${name}`} icon="copy" />
          {isDangerous && <CopyButton text={defang(text)} label={`Copy defanged ${name}`} icon="defang" />}
          {search !== undefined && (
            <a
              href={writeRoute({ view: 'incidents', filter: { ...NO_FILTER, q: search } })}
              aria-label={`Who else has ${name}?`}
              title="Who else has this?"
            >
              <Icon name="search" />
            </a>
          )}
        </span>
      )}
    </span>
  );
}

interface CopyProps {
  text: string;
  label: string;
  icon: 'copy' | 'defang';
}

const DONE_MS = 1_500;

function CopyButton({ text, label, icon }: CopyProps): JSX.Element {
  const [isDone, setIsDone] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // As on plain http, where a page may not write to the clipboard.
      prompt('Copy it with Ctrl+C', text);
      return;
    }
    announce('Copied');
    setIsDone(true);
    setTimeout(() => {
      setIsDone(false);
    }, DONE_MS);
  };
  return (
    <button
      type="button"
      aria-label={label}
      title={icon === 'copy' ? 'Copy' : 'Copy defanged'}
      onClick={() => void copy()}
    >
      <Icon name={isDone ? 'done' : icon} />
    </button>
  );
}
