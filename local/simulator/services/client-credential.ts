import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import type { Claims } from '../basics/jwt.ts';
import { toTicks } from '../basics/time-input.ts';
import type { AppInput } from '../state/directory.ts';
import type { World } from '../state/world.ts';
import { checkCertificateAssertion } from './certificate-assertion.ts';
import { RESOURCES, type CredentialKind } from './issue-token.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** What the app proved itself with, or the AADSTS number of the refusal. */
export function checkClientCredential(
  world: World,
  app: AppInput,
  form: URLSearchParams,
  tokenEndpoints: readonly string[],
): CredentialKind | number {
  const secret = form.get('client_secret');
  if (secret !== null) return checkSecret(app, secret, world.clock.now());
  const assertion = form.get('client_assertion');
  if (assertion === null || form.get('client_assertion_type') !== JWT_BEARER) return 7000218;
  const ours = world.signer.verify(assertion);
  return ours === undefined
    ? checkCertificateAssertion(world, app, assertion, tokenEndpoints)
    : checkFederation(world, app, ours);
}

function checkSecret({ secrets = [] }: AppInput, given: string, now: Ticks): 'secret' | number {
  const found = secrets.find(({ value }) => value === given);
  if (found === undefined) return 7000215;
  return found.expiresAt !== undefined && toTicks(found.expiresAt) <= now ? 7000222 : 'secret';
}

/** A token that this simulator signed, against the app's records: issuer, subject and audience must all match exactly. */
function checkFederation(
  world: World,
  { federatedCredentials = [], homeTenantId }: AppInput,
  claims: Claims,
): CredentialKind | number {
  const home = `${world.settings.url}/${homeTenantId.toLowerCase()}/v2.0`;
  const known = federatedCredentials.map(({ subject, issuer = home, audience = RESOURCES.tokenExchange }) => ({
    subject,
    issuer,
    audience,
  }));
  const bySubject = known.filter(({ subject }) => subject === claims['sub'] && subject === claims['oid']);
  if (bySubject.length === 0) return 700213;
  const byIssuer = bySubject.filter(({ issuer }) => issuer === claims['iss']);
  if (byIssuer.length === 0) return 700211;
  if (!byIssuer.some(({ audience }) => audience === claims['aud'])) return 700212;
  if (claims['idtyp'] !== 'app') return 700229;
  const now = world.clock.nowMs() / 1_000;
  return Number(claims['nbf']) <= now && now < Number(claims['exp']) ? 'identity' : 700024;
}
