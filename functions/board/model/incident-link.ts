/** An incident that somebody pasted: its id, and the tenant where a portal link names it. */
export interface IncidentReference {
  incidentId: string;
  tenantId: string | undefined;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The portal's paths so far: /incidents/1, /incident2/1/overview. */
const PORTAL_PATH = /^\/incidents?2?\/([^/]+)/;

/** Reads an incident's number or a link into the Defender portal; `undefined` for anything else, which is a search. */
export function readIncidentReference(text: string): IncidentReference | undefined {
  const trimmed = text.trim();
  if (/^#?\d{1,30}$/.test(trimmed)) return { incidentId: trimmed.replace('#', ''), tenantId: undefined };
  if (!/^https:\/\//i.test(trimmed)) return undefined;
  return URL.canParse(trimmed) ? readPortalLink(new URL(trimmed)) : undefined;
}

function readPortalLink({ pathname, searchParams }: URL): IncidentReference | undefined {
  const incidentId = PORTAL_PATH.exec(pathname)?.[1];
  if (incidentId === undefined) return undefined;
  const tid = searchParams.get('tid') ?? '';
  return { incidentId: decodeURIComponent(incidentId), tenantId: GUID.test(tid) ? tid.toLowerCase() : undefined };
}
