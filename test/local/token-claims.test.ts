import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { describeToken } from '../../local/azure-check/describe-token.ts';
import { createTokenSigner } from '../../local/simulator/basics/jwt.ts';

const CLAIMS = { tid: '22222222-2222-4222-8222-222222222222', roles: ['Incident.Read.All'], exp: 1_798_200_000 };
const token = createTokenSigner().sign(CLAIMS);

describe('npm run token:claims', () => {
  const script = fileURLToPath(new URL('../../local/token-claims.ts', import.meta.url));

  test('tells what it is for when asked, instead of waiting for a token', () => {
    const { stdout, status } = spawnSync(process.execPath, [script, '--help'], { encoding: 'utf8', timeout: 10_000 });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/npm run token:claims .*standard input/)]);
  });

  test('prints the claims of standard input and nothing of the signature', () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], { input: `${token}\n`, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({ ...CLAIMS, exp: '1798200000 (2026-12-25T12:00:00.000Z)' });
    for (const part of token.split('.')) expect(stdout).not.toContain(part);
  });
});

describe('describeToken()', () => {
  test.each(['', 'no token', 'a.b.c', `x.${Buffer.from('[1]').toString('base64url')}.y`])('refuses %j', (input) => {
    expect(describeToken(input)).toBeUndefined();
  });
});
