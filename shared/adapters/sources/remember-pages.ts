import type { ListedPage, MappingContext } from '../../domain/sources/read-incident-page.ts';
import type { TenantId } from '../../domain/values/tenant-id.ts';

export type PageReader = (bodyText: string, context: MappingContext) => ListedPage;

/** Of one page and of all: what a page is mapped to takes about three times as much. */
const DEFAULT_LIMITS = { pageChars: 32_768, allChars: 8 * 1_048_576 };

/**
 * Maps a short page only if its text differs from that of the tenant's last one: a poll without news gets the newest incident again and
 * again. When all places are taken nothing else is remembered, as making room would help nobody if all tenants come in turn.
 */
export function rememberPages(readPage: PageReader, { pageChars, allChars } = DEFAULT_LIMITS): PageReader {
  const remembered = new Map<TenantId, { bodyText: string; page: ListedPage }>();
  let chars = 0;
  return (bodyText, context) => {
    const known = remembered.get(context.tenantId);
    if (known?.bodyText === bodyText) return known.page;
    const page = readPage(bodyText, context);
    const charsThen = chars - (known?.bodyText.length ?? 0) + bodyText.length;
    if (bodyText.length <= pageChars && charsThen <= allChars && !dependsOnWindow(page)) {
      remembered.set(context.tenantId, { bodyText, page });
      chars = charsThen;
    }
    return page;
  };
}

/** An entry without a time counts as updated where the window begins. */
function dependsOnWindow({ incidents, withoutId }: ListedPage): boolean {
  return withoutId.length > 0 || incidents.some(({ timeAssumed }) => timeAssumed);
}
