/** Overrides, embeddings and isolates of direction; they make `gpj.exe` look like `exe.jpg`. */
const DIRECTION_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;

/** Writes characters that turn text around as what they are: `[U+202E]`. */
export function showControls(text: string): string {
  return text.replace(
    DIRECTION_CONTROLS,
    (control) => `[U+${control.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
  );
}
