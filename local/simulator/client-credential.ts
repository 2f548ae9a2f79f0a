import { createPublicKey, verify } from 'node:crypto';
import type { Ticks } from '../../shared/domain/ticks.ts';
import type { AppInput } from './directory.ts';
import type { CredentialKind } from './issue-token.ts';
import { RESOURCES } from './issue-token.ts';
import { readClaims } from './jwt.ts';
import { toTicks } from './time-input.ts';
import type { World } from './world.ts';

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
  if (assertion === null) return 7000218;
  return checkAssertion(world, app, assertion, tokenEndpoints);
}

function checkSecret({ secrets = [] }: AppInput, given: string, now: Ticks): 'secret' | number {
  const found = secrets.find(({ value }) => value === given);
  if (found === undefined) return 7000215;
  return found.expiresAt !== undefined && toTicks(found.expiresAt) <= now ? 7000222 : 'secret';
}

function checkAssertion(
  world: World,
  app: AppInput,
  assertion: string,
  tokenEndpoints: readonly string[],
): CredentialKind | number {
  const ours = world.signer.verify(assertion);
  const now = world.clock.nowMs() / 1000;
  if (ours !== undefined) {
    const isTrusted = ours['oid'] === app.federatedPrincipalId && ours['aud'] === RESOURCES.tokenExchange;
    return isTrusted && Number(ours['exp']) > now ? 'identity' : 700027;
  }
  const claims = readClaims(assertion);
  const isForUs =
    claims?.['iss'] === app.clientId &&
    claims['sub'] === app.clientId &&
    tokenEndpoints.includes(String(claims['aud'])) &&
    Number(claims['exp']) > now;
  return isForUs && (app.certificates ?? []).some((pem) => isSignedBy(assertion, pem)) ? 'certificate' : 700027;
}

/** PS256 or RS256, the two that Entra takes. */
function isSignedBy(assertion: string, certificatePem: string): boolean {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const isPss = Buffer.from(head, 'base64url').includes('"PS256"');
  const key = createPublicKey(certificatePem);
  const options = isPss ? { key, padding: 6, saltLength: 32 } : { key };
  return verify('sha256', Buffer.from(`${head}.${body}`), options, Buffer.from(signature, 'base64url'));
}
