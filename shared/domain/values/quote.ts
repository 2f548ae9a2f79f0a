const QUOTED_CHARS = 60;

/** A value as JSON, shortened, so that a response stays readable whatever was sent. */
export function quote(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined;
  const shown = json ?? 'none';
  return shown.length <= QUOTED_CHARS ? shown : `${shown.slice(0, QUOTED_CHARS)}…`;
}
