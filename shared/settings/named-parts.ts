/** The values of `Name=value;Other=value` by their names in lower case; a value may hold `=`. */
export function readNamedParts(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(';').map((part) => {
      const [name = '', ...value] = part.split('=');
      return [name.trim().toLowerCase(), value.join('=').trim()];
    }),
  );
}
