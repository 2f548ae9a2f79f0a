/**
 * The chart library makes its number format from `navigator.language` when it is loaded. A Chromium that was started under the
 * POSIX locale, as on a screen on the wall, reports `en-US@posix` there: no `Intl` takes that, and no view would be drawn.
 */
function isUsable(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length === 1;
  } catch {
    return false;
  }
}

if (!isUsable(navigator.language)) Object.defineProperty(navigator, 'language', { value: 'en-US' });
