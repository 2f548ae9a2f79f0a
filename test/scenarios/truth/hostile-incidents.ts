import type { Fields } from './expected-content.ts';

/** What an incident says on the wire, and the fields that have to be stored for it. */
interface HostileIncident {
  wire: Fields;
  stored(incidentId: string, tenantId: string): Fields;
}

const LONGEST_LINE = 4_096;
const MARK = '\ufffd';

export const HOSTILE: readonly HostileIncident[] = [
  {
    wire: { incidentName: 'N'.repeat(1_000_000) },
    stored: () => ({ name: 'N'.repeat(LONGEST_LINE), truncated: ['name'] }),
  },
  {
    wire: { incidentName: 'half \ud83d pair, \u0000 zero, \u001b[31m red, \u0085', tags: ['a\u0000b', '\udc00'] },
    stored: () => ({
      name: `half ${MARK} pair, ${MARK} zero, ${MARK}[31m red, ${MARK}`,
      tags: [`a${MARK}b`, MARK],
    }),
  },
  {
    wire: {
      incidentName: '=HYPERLINK("http://x.example")<script>alert(1)</script>\'; DROP TABLE',
      assignedTo: "' or 1 eq 1",
    },
    stored: () => ({
      name: '=HYPERLINK("http://x.example")<script>alert(1)</script>\'; DROP TABLE',
      assignedTo: "' or 1 eq 1",
    }),
  },
  {
    wire: { incidentUri: 'javascript:alert(1)', severity: 'Apocalyptic Event', status: { deep: [] }, comments: 'none' },
    stored: () => ({
      severity: 'apocalypticEvent',
      status: 'unknown',
      comments: [],
    }),
  },
  {
    wire: { incidentId: '../a b/?#\\%2e!"\u0001' },
    stored: (_number, tenantId) => {
      const incidentId = '../a b/?#\\%2e!"\\u0001';
      return {
        incidentId,
        url: `https://security.microsoft.com/incidents/${encodeURIComponent(incidentId)}?tid=${tenantId}`,
      };
    },
  },
  {
    wire: { tags: Array.from({ length: 5_000 }, (_, number) => `tag ${number}`), __proto__: null, constructor: 'x' },
    stored: () => {
      const tags = Array.from({ length: 5_000 }, (_, number) => `tag ${number}`);
      let length = 2;
      const fitting = tags.filter((tag) => (length += JSON.stringify(tag).length + 1) <= 32_000);
      return { tags: fitting, truncated: ['tags'] };
    },
  },
];
