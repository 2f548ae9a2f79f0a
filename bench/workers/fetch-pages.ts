import { Agent } from 'node:https';
import fetch from 'node-fetch';
import { PARTNER } from '../cloud/partner.ts';

const PAGE = 100;

/** What any program that reads incidents has to do, and nothing else: a token, and page after page over kept connections. */
export interface Fetcher {
  token(tenantId: string): Promise<string>;
  get(token: string, skip: number): Promise<string>;
  /** All pages of a tenant, one after the other. */
  pages(tenantId: string): AsyncIterable<string>;
}

export function createFetcher(url: string, connections: number): Fetcher {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const fetcher: Fetcher = {
    token: async (tenantId) => {
      const response = await fetch(`${url}/${tenantId}/oauth2/v2.0/token`, {
        agent,
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: PARTNER.clientId,
          client_secret: PARTNER.secret,
          scope: 'https://api.security.microsoft.com/.default',
        }),
      });
      const { access_token: token } = (await response.json()) as { access_token?: string };
      if (token === undefined) throw new Error(`There is no token for ${tenantId}: status is ${response.status}`);
      return token;
    },
    get: async (token, skip) => {
      const response = await fetch(`${url}/api/incidents?$top=${PAGE}&$skip=${skip}`, {
        agent,
        headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'accept-encoding': 'gzip' },
      });
      if (!response.ok) throw new Error(`There is no page: status is ${response.status}`);
      return response.text();
    },
    pages: async function* (tenantId) {
      const token = await fetcher.token(tenantId);
      for (let skip = 0; ; skip += PAGE) {
        const page = await fetcher.get(token, skip);
        yield page;
        // A page that is not full is the last one; its entries are counted without reading it.
        if (page.split('"incidentUri":').length <= PAGE) return;
      }
    },
  };
  return fetcher;
}
