import type { SourceName } from '../../../shared/domain/incidents/incident.ts';

let source: SourceName = 'defender';

/** Where the tenants of new worlds are read from unless their scenario says otherwise. */
export const defaultSource = (): SourceName => source;

export function setDefaultSource(name: SourceName): void {
  source = name;
}

/** What goes one way whatever the source is played whole on Defender; its first cases, `onEither` of them, on Graph too. */
export function sharedCases<Case>(cases: readonly Case[], onEither = 1): readonly Case[] {
  return source === 'defender' ? cases : cases.slice(0, onEither);
}
