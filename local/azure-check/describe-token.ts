const TIMES = ['iat', 'nbf', 'exp'];

/** The claims as indented JSON, times readable; `undefined` when it is no token. Neither token nor signature is in it. */
export function describeToken(input: string): string | undefined {
  const [, payload = ''] = input.trim().split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return undefined;
    return JSON.stringify(claims, toReadable, 2);
  } catch {
    return undefined; // the parser's message would quote the token
  }
}

function toReadable(name: string, value: unknown): unknown {
  if (!TIMES.includes(name) || typeof value !== 'number') return value;
  const time = new Date(value * 1_000);
  return Number.isNaN(time.getTime()) ? value : `${value} (${time.toISOString()})`;
}
