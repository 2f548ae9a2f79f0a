/** A text from outside is remembered only while it is short, and only a limited number: a source may send any amount. */
const MAX_CHARS = 100;
const MOST = 2_000;

/** The same function of a text, which remembers its results for values that come with every incident. */
export function rememberTexts<Result>(compute: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, Result>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const result = compute(text);
    if (text.length > MAX_CHARS) return result;
    if (known.size >= MOST) known.clear();
    known.set(text, result);
    return result;
  };
}
