import type { JSX } from 'preact';
import type { BoardTenant } from '../data/answers.ts';
import { toWords } from '../model/words.ts';
import type { Freshness } from '../parts/freshness.ts';

const WORDS = { fresh: 'complete', silent: 'silent', failing: 'failing', reading: 'reading', blind: 'blind' } as const;

interface Props {
  tenant: BoardTenant;
  kind: Freshness['kind'];
}

/** How a customer is, as a word with a colour. */
export function StateWord({ tenant: { status, deletedAt }, kind }: Props): JSX.Element {
  const word =
    kind === 'waiting' || kind === 'stopped'
      ? deletedAt !== null && status === 'paused'
        ? 'deleted'
        : toWords(status)
      : WORDS[kind];
  return <span class={`state ${kind}`}>{word}</span>;
}
