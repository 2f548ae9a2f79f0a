import type { JSX } from 'preact';
import type { BoardTenant } from '../data/answers.ts';
import { toWords } from '../model/words.ts';
import type { Freshness } from '../parts/freshness.ts';

const WORDS = { fresh: 'complete', silent: 'silent', failing: 'failing', reading: 'reading', blind: 'blind' } as const;

interface Props {
  tenant: BoardTenant;
  kind: Freshness['kind'];
}

/** How a customer is, in a word. */
export function stateWord({ status, deletedAt }: BoardTenant, kind: Freshness['kind']): string {
  if (kind !== 'waiting' && kind !== 'stopped') return WORDS[kind];
  return deletedAt !== null && status === 'paused' ? 'deleted' : toWords(status);
}

/** The same with a colour. */
export function StateWord({ tenant, kind }: Props): JSX.Element {
  return <span class={`state ${kind}`}>{stateWord(tenant, kind)}</span>;
}
