import { createRandom } from '../../simulator/basics/random.ts';

export interface DemoTenant {
  readonly tenantId: string;
  readonly displayName: string;
  readonly domain: string;
  readonly customer: string;
  readonly labels: readonly string[];
}

/** The home of the partner's app, itself no customer. */
export const PARTNER = {
  tenantId: '0a0a0a0a-0000-4000-8000-000000000001',
  domain: 'partner.example',
  displayName: 'Partner',
};

/** A customer that has not consented to anything yet: for whoever tries a consent link. */
export const NEWCOMER = {
  tenantId: '0a0a0a0a-0000-4000-8000-000000000005',
  domain: 'fourth-coffee.example',
  displayName: 'Fourth Coffee',
};

const COMPANIES = [
  ['Northwind Logistics', 'Northwind Group'],
  ['Northwind Retail', 'Northwind Group'],
  ['Harbour & Pine', 'Harbour & Pine'],
  ['Fabrikam Dental', 'Fabrikam'],
  ['Blue Fjord Energy', 'Blue Fjord'],
  ['Tailspin Toys', 'Tailspin'],
  ['Lakeside Clinics', 'Lakeside'],
  ['Wingtip Freight', 'Wingtip'],
  ['Old Mill Foods', 'Old Mill'],
] as const;
const PLANS = ['gold', 'silver', 'bronze'];

/** The simulated customers: the first ones stay the same, however many there are. */
export function listDemoTenants(seed: number, count: number): DemoTenant[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, place) => {
    const [displayName, customer] = COMPANIES[place] ?? [`Customer ${place + 1}`, `Customer ${place + 1}`];
    return {
      tenantId: random.guid(),
      displayName,
      customer,
      domain: `${displayName.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.example`,
      labels: ['demo', random.pick(PLANS)],
    };
  });
}
