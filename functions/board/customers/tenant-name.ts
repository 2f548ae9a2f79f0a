const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DOMAIN = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*$/i;

/**
 * A tenant id or a domain out of what people paste: a web address, a mail address, blanks around it. `undefined` when it is
 * neither; nothing at all is the empty text. Whether the tenant is there the API says.
 */
export function readTenantName(text: string): string | undefined {
  const name = text
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/^.*@/, '')
    .replace(/[/?#].*$/, '');
  return name === '' || GUID.test(name) || DOMAIN.test(name) ? name : undefined;
}
