import type { SourceName } from '../../../shared/domain/incidents/incident.ts';

let source: SourceName = 'defender';

/** Where the tenants of new worlds are read from unless their scenario says otherwise. */
export const defaultSource = (): SourceName => source;

export function setDefaultSource(name: SourceName): void {
  source = name;
}
