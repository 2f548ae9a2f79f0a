import { describe, expect, test } from '@jest/globals';
import { buildConsentUrl, type ConsentTarget } from '../../../shared/domain/consent/consent-url.ts';
import { CLOUDS } from '../../../shared/domain/entra/clouds.ts';
import { tenantNumber } from '../../helpers/seed.ts';

const tenantId = tenantNumber(7);
const target: ConsentTarget = {
  style: 'adminconsent',
  tenantId,
  source: 'defender',
  redirectUri: 'https://collector.example/api/consent/callback',
  state: 'one-time',
};

function build(cloud: keyof typeof CLOUDS, changes: Partial<ConsentTarget> = {}): URL {
  const { authorityHost, defenderScope, graphScope } = CLOUDS[cloud];
  const scopes = { defender: defenderScope, graph: graphScope };
  const clientIds = { defender: 'app', graph: 'other-app' };
  const settings = { clientIds, authorityHost, publicUrl: undefined, scopes };
  return new URL(buildConsentUrl(settings, { ...target, ...changes }));
}

describe('buildConsentUrl()', () => {
  test.each([
    ['global', 'defender', 'login.microsoftonline.com', 'https://api.security.microsoft.com/.default'],
    ['global', 'graph', 'login.microsoftonline.com', 'https://graph.microsoft.com/.default'],
    ['gcc', 'defender', 'login.microsoftonline.com', 'https://api-gcc.security.microsoft.us/.default'],
    ['gcc', 'graph', 'login.microsoftonline.com', 'https://graph.microsoft.com/.default'],
    ['gcc-high', 'defender', 'login.microsoftonline.us', 'https://api-gov.security.microsoft.us/.default'],
    ['gcc-high', 'graph', 'login.microsoftonline.us', 'https://graph.microsoft.us/.default'],
    ['dod', 'defender', 'login.microsoftonline.us', 'https://api-gov.security.microsoft.us/.default'],
    ['dod', 'graph', 'login.microsoftonline.us', 'https://dod-graph.microsoft.us/.default'],
  ] as const)('leads to the consent page of cloud %s for source %s', (cloud, source, host, scope) => {
    const url = build(cloud, { source });

    expect(url.origin + url.pathname).toBe(`https://${host}/${tenantId}/v2.0/adminconsent`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: source === 'defender' ? 'app' : 'other-app',
      scope,
      redirect_uri: target.redirectUri,
      state: 'one-time',
    });
  });

  test('asks for the registration and the scope of Graph where that takes over', () => {
    const url = build('global', { source: 'auto' });

    expect(url.searchParams.get('client_id')).toBe('other-app');
    expect(url.searchParams.get('scope')).toBe('https://graph.microsoft.com/.default');
  });

  test('lets whoever comes choose the tenant of a link that is bound to none', () => {
    expect(build('global', { tenantId: undefined }).pathname).toBe('/organizations/v2.0/adminconsent');
  });

  test('has the form of the partner document, with a tenant, a state and our own address', () => {
    const url = build('gcc-high', { style: 'authorize' });

    expect(url.origin + url.pathname).toBe(`https://login.microsoftonline.us/${tenantId}/oauth2/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'app',
      prompt: 'consent',
      response_type: 'code',
      sso_reload: 'true',
      redirect_uri: target.redirectUri,
      state: 'one-time',
    });
  });
});
