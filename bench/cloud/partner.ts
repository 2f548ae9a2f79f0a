/** The partner's app in the simulated cloud. */
export const PARTNER = {
  tenantId: '0a0a0a0a-0000-4000-8000-000000000001',
  clientId: '0a0a0a0a-0000-4000-8000-000000000002',
  secret: 'bench-secret',
} as const;
