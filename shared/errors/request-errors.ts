import type { ErrorKind } from './error-kind.ts';

/** Requests that this app refuses. */
export const REQUEST_ERRORS = {
  'bad-body': {
    blame: 'caller',
    meaning: "the request's body is not JSON, or has a property that is unknown or of a wrong type",
    action: 'Correct the body as the message says',
  },
  'bad-cursor': {
    blame: 'caller',
    meaning: 'the cursor was cut or changed, or belongs to another list or other filters',
    action: 'Start again without a cursor',
  },
  'bad-parameter': {
    blame: 'caller',
    meaning: 'a parameter is unknown, misspelt or has a value that is not allowed',
    action: 'Correct the parameter that the message names',
  },
  'body-too-large': {
    blame: 'caller',
    meaning: "the request's body is over 65,536 characters",
    action: 'Send less',
    status: 413,
  },
  'cross-site-request': {
    blame: 'caller',
    meaning: 'a page of another site made the browser send the request (403)',
    action: 'Use the board, or type or paste the address; a script leaves out Sec-Fetch-Site and Origin',
    status: 403,
  },
  'domain-not-found': {
    blame: 'caller',
    meaning: 'a consent link was requested for a domain that no tenant of this cloud has verified',
    action: "Give the tenant's id (GUID) or one of its verified domains, such as contoso.onmicrosoft.com",
  },
  'incident-changing': {
    blame: 'caller',
    meaning: 'the incident got a new version during each of three reads (503)',
    action: 'Ask again',
    status: 503,
    retriable: true,
  },
  'not-found': {
    blame: 'caller',
    meaning: 'no such tenant is registered, or no such incident is stored (404)',
    action: 'Check the id; GET /tenants has those of all tenants',
    status: 404,
  },
  'not-signed-in': {
    blame: 'caller',
    meaning: '`OPERATOR_SIGN_IN` is `entra` and the platform passed on no signed-in user (401)',
    action: 'Sign in through the platform in front of this app',
    status: 401,
  },
  'role-missing': {
    blame: 'caller',
    meaning:
      '`OPERATOR_SIGN_IN` is `entra` and the signed-in user does not have the required app role: `Reader` to query, `Operator` to change (403)',
    action: 'Have the role assigned in the enterprise application of the sign-in registration',
    status: 403,
  },
  'unknown-customer': {
    blame: 'caller',
    meaning:
      'the parameter `customer` has a value that no registered tenant has; the message has the nearest known names',
    action: 'Correct the value; GET /tenants has all of them',
  },
  'unknown-label': {
    blame: 'caller',
    meaning: 'the parameter `label` has a value that no registered tenant has; the message has the nearest known names',
    action: 'Correct the value; GET /tenants has all of them',
  },
  'unknown-tenant': {
    blame: 'caller',
    meaning:
      'the parameter `tenantId` has the id of no registered tenant; the message has known ids that differ in at most 4 digits',
    action: 'Correct the value; GET /tenants has all of them, but none whose data was erased',
  },
} as const satisfies Record<string, ErrorKind>;
