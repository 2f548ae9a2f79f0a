import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import type { DemoTenant } from './demo-tenants.ts';

/** The app's own HTTP API, as anybody uses it. */
export interface DemoApi {
  /** All registered tenants by name. */
  listTenants(): Promise<TenantView[]>;
  register(tenant: DemoTenant): Promise<void>;
}

interface TenantPage {
  tenants: TenantView[];
  cursor: string | null;
}

export function createDemoApi(baseUrl: string): DemoApi {
  const send = async (path: string, init: RequestInit = {}): Promise<string> => {
    const method = init.method ?? 'GET';
    const response = await fetch(`${baseUrl}/api/${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`Cannot ${method} /api/${path}: the app answered ${response.status} ${text}`);
    return text;
  };
  return {
    listTenants: async () => {
      const tenants: TenantView[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const place: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        // Written by our own app, a moment ago and in this version.
        const page = JSON.parse(await send(`tenants?pageSize=500${place}`)) as TenantPage;
        tenants.push(...page.tenants);
        ({ cursor } = page);
      }
      return tenants;
    },
    register: async ({ tenantId, displayName, customer, labels }) => {
      const body = JSON.stringify({ displayName, customer, labels });
      await send(`tenants/${tenantId}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
    },
  };
}
