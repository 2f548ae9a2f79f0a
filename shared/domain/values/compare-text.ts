/** Order by UTF-16 units: the same on every machine, which a locale's order is not. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
