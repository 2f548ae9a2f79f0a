import { SOURCE_CHOICES } from '../../incidents/incident.ts';
import { LINK_STYLES } from '../../consent/consent-link.ts';
import type { LinkView, NewLink, RefusalView } from '../../consent/link-view.ts';
import { TENANT } from '../schemas/examples.ts';
import {
  BAD_REQUEST,
  flagParameter,
  json,
  NOT_FOUND,
  OPERATOR_PROBLEMS,
  PAGE_PARAMETERS,
  pathParameter,
  problem,
  textParameter,
  wordParameter,
  type Response,
  type Routes,
} from '../schemas/operation.ts';
import {
  described,
  guid,
  integer,
  listOf,
  nullable,
  objectOf,
  oneOf,
  ref,
  text,
  time,
  type Schema,
} from '../schemas/schema.ts';

const STYLE = oneOf(LINK_STYLES);
const SOURCES = [...SOURCE_CHOICES];

const NEW_LINK: Record<keyof NewLink, Schema> = {
  id: text,
  url: described(text, 'Shown only here: anyone who has it can use the link once.'),
  style: STYLE,
  tenantId: described(nullable(guid), 'Whom the link is bound to.'),
  source: described(oneOf(SOURCES), "The source whose roles it requests; default: the tenant's intended source."),
  approver: described(text, "The least role of the customer's administrator who can approve."),
  expiresAt: time,
};

const REFUSAL: Record<keyof RefusalView, Schema> = {
  at: time,
  outcome: described(text, 'The outcome shown to the visitor, e.g. `entra-error`, `declined` or `other-tenant`.'),
  code: described(nullable(text), 'A code of the errors, where the number is known.'),
  aadsts: described(nullable(integer), 'Entra’s AADSTS number.'),
  action: described(nullable(text), 'What the provider does about it.'),
};

const LINK_VIEW: Record<keyof LinkView, Schema> = {
  id: text,
  style: STYLE,
  tenantId: nullable(guid),
  displayName: nullable(text),
  customer: nullable(text),
  labels: listOf(text),
  source: oneOf(SOURCES),
  initiator: described(text, 'Who made it.'),
  createdAt: time,
  expiresAt: time,
  attempts: described(integer, 'Visits that brought no consent; ten close the link.'),
  lastRefusal: described(nullable(objectOf(REFUSAL)), 'Why the last of them brought none.'),
};

export const CONSENT_SCHEMAS: Readonly<Record<string, Schema>> = {
  NewConsentLink: objectOf(NEW_LINK),
  ConsentLink: objectOf(LINK_VIEW),
};

const LINK_INPUT: Schema = {
  ...objectOf(
    {
      tenantId: described(text, 'A tenant id (GUID) or a verified domain.'),
      displayName: nullable(text),
      customer: nullable(text),
      labels: listOf(text),
      source: oneOf(SOURCES),
      expiresInHours: { ...integer, minimum: 1, maximum: 720, default: 168 },
      style: { ...STYLE, default: 'adminconsent' },
    },
    ['tenantId', 'displayName', 'customer', 'labels', 'source', 'expiresInHours', 'style'],
  ),
  additionalProperties: false,
};

const ID = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';
const NEW_EXAMPLE: NewLink = {
  id: ID,
  url: 'https://login.microsoftonline.com/f47ac10b-58cc-4372-a567-0e02b2c3d479/v2.0/adminconsent?client_id=…',
  style: 'adminconsent',
  tenantId: TENANT.tenantId,
  source: 'defender',
  approver: 'Cloud Application Administrator',
  expiresAt: '2026-12-01T12:00:00.0000000Z',
};
const LISTED_EXAMPLE: LinkView = {
  id: ID,
  style: 'adminconsent',
  tenantId: TENANT.tenantId,
  displayName: 'Contoso',
  customer: null,
  labels: ['gold'],
  source: 'defender',
  initiator: 'ann@partner.example',
  createdAt: '2026-11-24T12:00:00.0000000Z',
  expiresAt: '2026-12-01T12:00:00.0000000Z',
  attempts: 1,
  lastRefusal: {
    at: '2026-11-25T08:30:00.0000000Z',
    outcome: 'entra-error',
    code: 'not-licensed',
    aadsts: 650052,
    action: 'Ask the customer to license Microsoft Defender XDR and turn it on, or pause the tenant',
  },
};

const NOT_NOW = problem('The tenant is being erased.');
const page = (description: string): Response => ({ description, content: { 'text/html': { schema: text } } });

export const CONSENT_ROUTES: Routes = {
  'consent-links': {
    get: {
      operationId: 'listConsentLinks',
      summary: 'The links that can still be used, without their addresses',
      parameters: [...PAGE_PARAMETERS],
      responses: {
        200: json(
          'One page, in no order.',
          objectOf({ consentLinks: listOf(ref('ConsentLink')), cursor: nullable(text) }),
          {
            consentLinks: [LISTED_EXAMPLE],
            cursor: null,
          },
        ),
        400: BAD_REQUEST,
        ...OPERATOR_PROBLEMS,
      },
    },
    post: {
      operationId: 'createConsentLink',
      summary: 'Makes a link with which one administrator of a customer approves once',
      parameters: [],
      requestBody: {
        required: false,
        content: {
          'application/json': { schema: LINK_INPUT, example: { tenantId: 'contoso.com', displayName: 'Contoso' } },
        },
      },
      responses: {
        201: json('The link.', ref('NewConsentLink'), NEW_EXAMPLE),
        400: problem('The body is wrong, or no tenant has the domain: the detail says what is allowed.'),
        409: NOT_NOW,
        413: problem('The body is longer than 65,536 characters.'),
        ...OPERATOR_PROBLEMS,
      },
    },
  },
  'consent-links/new': {
    get: {
      operationId: 'newConsentLink',
      summary: 'The same as a link that a browser can open',
      description:
        'Replaces an older link, and the names of a known tenant, only with a function key or for the board: an address alone does not show that an operator means it.',
      parameters: [
        textParameter('tenantId', 'A tenant id (GUID) or a verified domain.'),
        textParameter('displayName', 'Given to the tenant when its administrator approves.'),
        textParameter('customer', 'The partner’s customer that the tenant belongs to.'),
        textParameter('labels', 'Separated by commas.'),
        wordParameter('source', SOURCES, 'Default: the app’s setting.'),
        textParameter('expiresInHours', '1 to 720, default 168.'),
        wordParameter('style', LINK_STYLES, 'Default `adminconsent`; `authorize` needs `tenantId`.'),
        flagParameter('redirect', 'Only with OPERATOR_SIGN_IN=entra.'),
      ],
      responses: {
        200: json('The link.', ref('NewConsentLink')),
        302: { description: 'With `redirect=true`: to the link.' },
        400: BAD_REQUEST,
        409: problem('The tenant is being erased, or it has a link that can still be used.'),
        ...OPERATOR_PROBLEMS,
      },
    },
  },
  'consent-links/{linkId}': {
    delete: {
      operationId: 'withdrawConsentLink',
      summary: 'Withdraws a link',
      parameters: [pathParameter('linkId', text, 'The `id` of the link.')],
      responses: {
        204: { description: 'Nobody can use it any more.' },
        400: BAD_REQUEST,
        404: NOT_FOUND,
        409: problem('It was used already.'),
        ...OPERATOR_PROBLEMS,
      },
    },
  },
  'consent/callback': {
    get: {
      operationId: 'consentCallback',
      summary: 'Where Entra sends the administrator’s browser back to',
      description:
        'Open to everybody; believes nothing of its query but the one-time state. Answers a page for people.',
      security: [],
      parameters: [],
      responses: {
        200: page('Connected, being set up, left to the provider, or the link was used before.'),
        400: page('Entra sent an error, or nothing that says consent; the link stays good.'),
        403: page('The link is bound to another tenant.'),
        404: page('No such link was ever made.'),
        409: page('The tenant is being erased.'),
        410: page('The link expired, was withdrawn or replaced, or was tried too often.'),
        503: page('Something failed here; what had arrived is completed by itself.'),
        500: problem('A setting of this app is wrong; its log has the reason.'),
      },
    },
  },
};
