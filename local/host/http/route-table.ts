import { parseRoute, type Route } from './parse-route.ts';

export interface RouteEntry<Target> {
  readonly target: Target;
  readonly template: string;
  readonly methods: readonly string[];
}

export type RouteMatch<Target> =
  | { readonly found: 'target'; readonly target: Target; readonly params: Readonly<Record<string, string>> }
  | { readonly found: 'other-methods'; readonly allowed: readonly string[] }
  | { readonly found: 'nothing' };

/** Matches as ASP.NET does: letters in any case, a literal before a constrained parameter before a free one. */
export function createRouteTable<Target>(entries: readonly RouteEntry<Target>[]) {
  const rows = entries.map((entry) => ({ ...entry, route: parseRoute(entry.template) }));
  rows.sort((a, b) => compare(a.route, b.route));
  refuseTwins(rows);
  return (method: string, path: string): RouteMatch<Target> => {
    const segments = path.split('/').filter((segment) => segment !== '');
    const allowed = new Set<string>();
    for (const { route, methods, target } of rows) {
      const params = route.match(segments);
      if (params === undefined) continue;
      if (methods.includes(method)) return { found: 'target', target, params };
      methods.forEach((other) => allowed.add(other));
    }
    return allowed.size === 0 ? { found: 'nothing' } : { found: 'other-methods', allowed: [...allowed] };
  };
}

function compare(a: Route, b: Route): number {
  return a.precedence < b.precedence ? -1 : a.precedence > b.precedence ? 1 : 0;
}

function refuseTwins(rows: readonly { route: Route; methods: readonly string[]; template: string }[]): void {
  for (const [index, row] of rows.entries()) {
    const twin = rows
      .slice(index + 1)
      .find(({ route, methods }) => route.shape === row.route.shape && methods.some((m) => row.methods.includes(m)));
    if (twin === undefined) continue;
    throw new Error(
      `Cannot serve the routes "${row.template}" and "${twin.template}" as both answer the same requests`,
    );
  }
}
