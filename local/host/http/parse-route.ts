export interface Route {
  /** Sorts routes: the smaller one is tried first. */
  readonly precedence: string;
  /** Equal for templates that match the same paths. */
  readonly shape: string;
  match(segments: readonly string[]): Record<string, string> | undefined;
}

interface Part {
  readonly rank: number;
  readonly shape: string;
  readonly name?: string;
  readonly isRest?: boolean;
  readonly isOptional?: boolean;
  accepts(value: string): boolean;
}

const CONSTRAINTS: Readonly<Record<string, RegExp>> = {
  int: /^[+-]?\d{1,10}$/,
  long: /^[+-]?\d{1,19}$/,
  bool: /^(true|false)$/i,
  alpha: /^[a-z]+$/i,
  guid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
};

/** Parses a route template: literals, `{name}`, `{name?}`, `{name:int}` and, at the end, `{*rest}`. */
export function parseRoute(template: string): Route {
  const parts = template
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => parsePart(segment, template));
  const early = parts.slice(0, -1).find((part) => part.isRest === true || part.isOptional === true);
  if (early !== undefined) throw badTemplate(template, 'an optional or catch-all parameter must be the last');
  return {
    precedence: parts.map(({ rank }) => rank).join(''),
    shape: parts.map(({ shape }) => shape).join('/'),
    match: (segments) => matchParts(parts, segments),
  };
}

function parsePart(segment: string, template: string): Part {
  if (!segment.includes('{')) {
    const literal = segment.toLowerCase();
    return { rank: 1, shape: literal, accepts: (value) => value.toLowerCase() === literal };
  }
  const found = /^\{(\*{0,2})(\w+)((?::\w+)*)(\??)\}$/.exec(segment);
  const [, stars = '', name = '', constraintList = '', optional = ''] = found ?? [];
  if (found === null) throw badTemplate(template, `"${segment}" is more than one whole parameter`);
  const patterns = constraintList
    .split(':')
    .filter(Boolean)
    .map((constraint) => {
      const pattern = CONSTRAINTS[constraint.toLowerCase()];
      if (pattern === undefined) throw badTemplate(template, `the local host has no constraint "${constraint}"`);
      return pattern;
    });
  const isRest = stars !== '';
  return {
    rank: (isRest ? 4 : 2) + (patterns.length === 0 ? 1 : 0),
    shape: `{${stars === '' ? '' : '*'}${constraintList.toLowerCase()}}`,
    name,
    isRest,
    isOptional: optional !== '',
    accepts: (value) => patterns.every((pattern) => pattern.test(value)),
  };
}

function matchParts(parts: readonly Part[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = part.isRest === true ? segments.slice(index).join('/') : segments[index];
    if (segment === undefined || (part.isRest === true && segment === '')) {
      return part.isOptional === true || part.isRest === true ? params : undefined;
    }
    const value = decodeSegment(segment);
    if (!part.accepts(value)) return undefined;
    if (part.name !== undefined) params[part.name] = value;
  }
  const hasRest = parts.at(-1)?.isRest === true;
  return segments.length > parts.length && !hasRest ? undefined : params;
}

// ASP.NET leaves an encoded slash as it is, so that no parameter gains a segment.
function decodeSegment(segment: string): string {
  return segment
    .split(/%2f/i)
    .map((piece) => decodeURIComponent(piece))
    .join('%2F');
}

function badTemplate(template: string, reason: string): Error {
  return new Error(`Cannot serve the route "${template}" as ${reason}`);
}
