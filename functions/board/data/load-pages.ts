/** One page of a list; `cursor` is `null` at the end. */
export interface Page<Item> {
  items: readonly Item[];
  cursor: string | null;
}

export interface Loaded<Item> {
  items: readonly Item[];
  /** False while pages are missing: on the way, or for good when `isCut`. */
  isWhole: boolean;
  /** There are more than may be loaded. */
  isCut: boolean;
}

export interface LoadOptions<Item> {
  most: number;
  /** Of two items with the same key the first is kept: lists are newest first, and what moves is seen twice. */
  keyOf(item: Item): string;
  onProgress?(loaded: Loaded<Item>): void;
}

/** Reads a list to its end, or up to a limit. */
export async function loadPages<Item>(
  readPage: (cursor: string | undefined) => Promise<Page<Item>>,
  { most, keyOf, onProgress }: LoadOptions<Item>,
): Promise<Loaded<Item>> {
  const items = new Map<string, Item>();
  let cursor: string | undefined;
  for (;;) {
    const page = await readPage(cursor);
    for (const item of page.items) if (!items.has(keyOf(item))) items.set(keyOf(item), item);
    const isWhole = page.cursor === null;
    const isCut = items.size > most || (items.size === most && !isWhole);
    const loaded = { items: [...items.values()].slice(0, most), isWhole, isCut };
    if (isWhole || isCut) return loaded;
    onProgress?.(loaded);
    cursor = page.cursor ?? undefined;
  }
}
