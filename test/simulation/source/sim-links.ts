import type { IncidentQuery } from '../../../shared/ports/incident-source.ts';
import type { SourceVersion } from './sim-source.ts';
import { note, type World } from './world.ts';

/** Where a link of one reader leads. */
export type LinkTarget =
  | { kind: 'rest'; query: IncidentQuery; skip: number }
  | { kind: 'failure'; query: IncidentQuery }
  /** These versions, with another link that leads to the same. */
  | { kind: 'again'; query: IncidentQuery; versions: readonly SourceVersion[] }
  | { kind: 'foreign'; query: IncidentQuery };

export interface Links {
  /** The link that an answer carries, if any. */
  make(query: IncidentQuery, skip: number, sent: readonly SourceVersion[], isCut: boolean): string | undefined;
  /** One more link to the same. */
  repeat(target: LinkTarget): string;
  find(link: string): LinkTarget;
}

export function createLinks(world: World): Links {
  const { traits, trouble } = world;
  const targets = new Map<string, LinkTarget>();

  function repeat(target: LinkTarget): string {
    const host = target.kind === 'foreign' ? 'elsewhere.example' : 'api.security.microsoft.com';
    const link = `https://${host}/api/incidents?$skiptoken=${targets.size}`;
    targets.set(link, target);
    return link;
  }

  function targetOf(query: IncidentQuery, skip: number, sent: readonly SourceVersion[]): LinkTarget {
    const habit = trouble.links;
    if (habit === 'foreign') return { kind: 'foreign', query };
    if (habit === 'failing') return { kind: 'failure', query };
    if (habit === 'stuck') return { kind: 'again', query, versions: sent };
    if (habit === 'endless') return { kind: 'again', query, versions: trouble.random.chance(0.5) ? sent : [] };
    return { kind: 'rest', query, skip: skip + sent.length };
  }

  return {
    // A source that knows links sends one whenever it cuts by itself.
    make: (query, skip, sent, isCut) => {
      if (trouble.links !== 'endless' && (!traits.hasLinks || !isCut)) return undefined;
      note(world, `${trouble.links} link`);
      return repeat(targetOf(query, skip, sent));
    },
    repeat,
    find: (link) => {
      const target = targets.get(link);
      if (target === undefined) throw new Error(`The simulated source has sent no link ${link}`);
      return target;
    },
  };
}
