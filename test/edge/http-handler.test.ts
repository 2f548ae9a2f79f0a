import { HttpRequest, InvocationContext, type HttpResponseInit } from '@azure/functions';
import { describe, expect, test } from '@jest/globals';
import { httpHandler, type Access, type ApiHandler } from '../../shared/edge/http-handler.ts';
import { AppError } from '../../shared/errors.ts';
import { readConfig } from '../../shared/settings/config.ts';
import { createServices } from '../../shared/wiring/services.ts';

const SETTINGS = {
  APP_ROLE: 'portal',
  PARTNER_CLIENT_ID: '11111111-1111-4111-8111-111111111111',
  IncidentStorage: 'UseDevelopmentStorage=true',
  PUBLIC_URL: 'https://collector.example',
};

interface Answer {
  response: HttpResponseInit;
  logged: string;
}

async function answer(
  handler: ApiHandler,
  settings: object = {},
  headers: Record<string, string> = {},
  access: Access = 'reader',
): Promise<Answer> {
  const logs: string[] = [];
  const context = new InvocationContext({
    functionName: 'test',
    logHandler: (level, ...args) => logs.push(`${level} ${args.map(String).join(' ')}`),
  });
  const options = { access, services: () => createServices(readConfig({ ...SETTINGS, ...settings })) };
  const request = new HttpRequest({ method: 'GET', url: 'https://collector.example/api/incidents', headers });
  const response = await httpHandler('test', handler, options)(request, context);
  return { response, logged: logs.join('\n') };
}

function fail(error: Error): ApiHandler {
  return async () => Promise.reject(error);
}

const bodyOf = ({ body }: HttpResponseInit): string => (typeof body === 'string' ? body : '');

const readBody = ({ response }: Answer): Record<string, unknown> =>
  JSON.parse(bodyOf(response)) as Record<string, unknown>;

describe('httpHandler()', () => {
  test.each([
    ['caller', {}, 400],
    ['caller', { status: 404 }, 404],
    ['tenant', { status: 403 }, 409],
    ['microsoft', { status: 429 }, 502],
  ] as const)('answers a failure of %s %j with %i and tells what is wrong', async (blame, details, status) => {
    const given = await answer(
      fail(new AppError('bad-request', 'Cannot do it: because', { blame, ...details, action: 'Do this' })),
    );

    expect(given.response).toMatchObject({ status, headers: { 'content-type': 'application/problem+json' } });
    expect(readBody(given)).toMatchObject({
      type: 'about:blank',
      status,
      code: 'bad-request',
      detail: 'Cannot do it: because',
      action: 'Do this',
    });
    expect(given.logged.split('\n')).toHaveLength(1);
  });

  test.each([
    new AppError('storage-refused', 'Cannot read row S!secret: refused'),
    new AppError('row-exists', 'Cannot write row S!secret'),
    new Error('secret'),
  ])('answers 500 without saying anything of %s, and logs it once', async (error) => {
    const given = await answer(fail(error));

    expect(given.response.status).toBe(500);
    expect(bodyOf(given.response)).not.toContain('secret');
    expect(given.logged).toContain('secret');
    expect(given.logged.match(/request_failed/g)).toHaveLength(1);
  });

  test('tells operators that the storage is not prepared, and nobody else', async () => {
    const unprepared = fail(
      new AppError('storage-not-prepared', 'Cannot use the table "Incidents"', { action: 'Deploy it' }),
    );
    const told = { status: 500, code: 'storage-not-prepared', detail: 'Cannot use the table "Incidents"' };

    expect(readBody(await answer(unprepared, {}, {}, 'reader'))).toMatchObject({ ...told, action: 'Deploy it' });
    expect(readBody(await answer(unprepared, {}, {}, 'public'))).toMatchObject({
      code: 'storage-not-prepared',
      detail: expect.not.stringContaining('Incidents'),
    });
  });

  test('answers 500 when the settings are wrong', async () => {
    const given = await answer(async () => ({ status: 200 }), { PARTNER_CLIENT_ID: 'nobody' });

    expect(given.response.status).toBe(500);
    expect(readBody(given)).toMatchObject({ code: 'bad-settings', detail: expect.not.stringContaining('nobody') });
  });

  test('says when to come back', async () => {
    const given = await answer(
      fail(new AppError('incident-changing', 'Cannot', { blame: 'caller', status: 503, retryAfterMs: 1_200 })),
    );
    expect(given.response.headers).toMatchObject({ 'retry-after': '2' });
  });

  describe('where the platform signs operators in', () => {
    const ok: ApiHandler = async () => ({ status: 204 });
    const entra = { OPERATOR_SIGN_IN: 'entra', WEBSITE_AUTH_ENABLED: 'True' };
    const LONG_ROLE = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';
    const signIn = (claims: readonly { typ: string; val: string }[]): Record<string, string> => ({
      'x-ms-client-principal': Buffer.from(JSON.stringify({ auth_typ: 'aad', claims })).toString('base64'),
    });
    const ann = (type: string, ...roles: string[]): Record<string, string> =>
      signIn([{ typ: 'name', val: 'Ann' }, ...roles.map((val) => ({ typ: type, val }))]);

    test.each([
      ['a reader', 'reader', ann('roles', 'Reader'), 204],
      ['a reader under the long name', 'reader', ann(LONG_ROLE, 'Reader'), 204],
      ['an operator', 'reader', ann('roles', 'Operator'), 204],
      ['somebody of another role', 'reader', ann('roles', 'reader', 'Admin'), 403],
      ['somebody without a role', 'reader', ann('roles'), 403],
      ['nobody', 'reader', {}, 401],
      ['a header that is not of the platform', 'reader', { 'x-ms-client-principal': 'Ann' }, 401],
      ['a reader', 'operator', ann('roles', 'Reader'), 403],
      ['an operator', 'operator', ann('roles', 'Operator'), 204],
      ['somebody with both roles', 'operator', ann('roles', 'Reader', 'Operator'), 204],
      ['nobody', 'public', {}, 204],
    ] as const)('%s calling a function of access %s', async (_who, access, headers, status) => {
      const given = await answer(ok, entra, headers, access);
      expect(given.response.status).toBe(status);
    });

    test('a forged header gets nothing where the platform signs nobody in', async () => {
      const given = await answer(ok, { OPERATOR_SIGN_IN: 'entra' }, ann('roles', 'Operator'), 'operator');
      expect(given.response.status).toBe(500);
      expect(readBody(given)).toMatchObject({ code: 'bad-settings' });
    });
  });
});
