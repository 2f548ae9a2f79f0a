/** What the sections start in processes of their own. */
export const COLLECTOR = new URL('./collector-process.ts', import.meta.url);
export const FLOOR = new URL('./floor-process.ts', import.meta.url);
export const LISTS = new URL('./lists-process.ts', import.meta.url);
