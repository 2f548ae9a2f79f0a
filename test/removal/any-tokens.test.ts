import { expect, test } from '@jest/globals';
import type { TenantId } from '../../shared/domain/values/tenant-id.ts';
import { AppError } from '../../shared/errors.ts';
import type { Blame } from '../../shared/errors/error-kind.ts';
import type { ErrorCode } from '../../shared/errors/error-table.ts';
import type { CheckedToken, TenantTokens } from '../../shared/ports/tokens.ts';
import { anyTokens } from '../../shared/removal/any-tokens.ts';
import { tenantNumber } from '../helpers/seed.ts';

const TENANT = tenantNumber(1);

interface Source extends TenantTokens {
  dropped: TenantId[];
}

function source(answer: string | [Blame, ErrorCode]): Source {
  const dropped: TenantId[] = [];
  const get = async (): Promise<CheckedToken> => {
    if (typeof answer !== 'string') throw new AppError(answer[1], 'Cannot get a token', { blame: answer[0] });
    const claims = { tid: TENANT, aud: '', appId: '', roles: [], issuedAt: new Date(0), expiresAt: new Date(0) };
    return { token: answer, claims };
  };
  return { dropped, get, inspect: async () => (await get()).claims, drop: (tenantId) => dropped.push(tenantId) };
}

const GONE: [Blame, ErrorCode] = ['tenant', 'consent-missing'];
const BUSY: [Blame, ErrorCode] = ['microsoft', 'entra-throttled'];

test('anyTokens() gives the token of the first source that has one', async () => {
  expect(await anyTokens([source(GONE), source('graph')])?.get(TENANT)).toMatchObject({ token: 'graph' });
  expect(await anyTokens([source(BUSY), source('graph')])?.get(TENANT)).toMatchObject({ token: 'graph' });
});

test.each([
  [[GONE, BUSY], 'entra-throttled'],
  [[BUSY, GONE], 'entra-throttled'],
  [[GONE, GONE], 'consent-missing'],
])('anyTokens() proves no access only when every source does: %j', async (answers, code) => {
  await expect(anyTokens(answers.map(source))?.get(TENANT)).rejects.toMatchObject({ code });
});

test('anyTokens() drops the tokens of all sources', () => {
  const sources = [source('defender'), source('graph')];

  anyTokens(sources)?.drop(TENANT);

  expect(sources.map(({ dropped }) => dropped)).toEqual([[TENANT], [TENANT]]);
});

test('anyTokens() is nothing where there is no credential', () => {
  expect(anyTokens([])).toBeUndefined();
});
