/** Most texts, and those that have one spelling but for their case. */
const PLAIN = /^[\t\n\r -~]*$/;

/**
 * Text that is compared without letter case, as Windows compares names. Spaces at its ends are none of it. Only what is the capital
 * of a letter becomes that letter: the sign for Kelvin looks like a K and is another character, which `toLowerCase` and NFC forget.
 */
export function fold(text: string): string | undefined {
  const trimmed = text.trim();
  // The accents of small letters compose that had no capital to compose with.
  const folded = PLAIN.test(trimmed) ? trimmed.toLowerCase() : compose(toSmall(compose(trimmed)));
  return folded === '' ? undefined : folded;
}

/** Letter by letter: a Greek sigma is the same letter at the end of a word, which may be the beginning of a longer one. */
function toSmall(text: string): string {
  return Array.from(text, (letter) => {
    if (letter === 'ς') return 'σ';
    const small = letter.toLowerCase();
    return small !== letter && small.toUpperCase() === letter ? small : letter;
  }).join('');
}

/** Letters with their accents in one spelling; of a sign for which Unicode names another character as the same, that sign is left. */
function compose(text: string): string {
  let [composed, run] = ['', ''];
  for (const letter of text) {
    const canonical = letter.normalize('NFC');
    if (canonical === letter || Array.from(canonical).length > 1) run += letter;
    else [composed, run] = [`${composed}${run.normalize('NFC')}${letter}`, ''];
  }
  return composed + run.normalize('NFC');
}
