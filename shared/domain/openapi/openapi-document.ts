import { CAMPAIGN_ROUTES, CAMPAIGN_SCHEMAS } from './routes/campaign-routes.ts';
import { CHANGE_ROUTES, CHANGE_SCHEMAS } from './routes/change-routes.ts';
import { COMMAND_ROUTES } from './routes/command-routes.ts';
import { CONSENT_ROUTES, CONSENT_SCHEMAS } from './routes/consent-routes.ts';
import { DOCUMENT_ROUTES } from './routes/document-routes.ts';
import { HEALTH_ROUTES, HEALTH_SCHEMAS } from './routes/health-routes.ts';
import { INCIDENT_ROUTES } from './routes/incident-routes.ts';
import { OFFBOARDING_ROUTES } from './routes/offboarding-routes.ts';
import { SEARCH_ROUTES } from './routes/search-routes.ts';
import { TENANT_ACTION_ROUTES } from './routes/tenant-action-routes.ts';
import { TENANT_ROUTES } from './routes/tenant-routes.ts';
import { TREND_ROUTES } from './routes/trend-routes.ts';
import { COMMON_SCHEMAS } from './schemas/common-schemas.ts';
import { INCIDENT_SCHEMAS } from './schemas/incident-schemas.ts';
import type { Operation, Routes } from './schemas/operation.ts';
import type { Schema } from './schemas/schema.ts';
import { SEARCH_SCHEMAS } from './schemas/search-schemas.ts';
import { TENANT_SCHEMAS } from './schemas/tenant-schemas.ts';

/**
 * All routes of the API. To add one: describe it in the file of its resource in this folder, name that file's routes and
 * schemas here, and produce each of its statuses in `test/functions/statuses/`; tests compare all three with each other and
 * with the functions.
 */
export const API_ROUTES: Routes = {
  ...INCIDENT_ROUTES,
  ...SEARCH_ROUTES,
  ...CAMPAIGN_ROUTES,
  ...CHANGE_ROUTES,
  ...TREND_ROUTES,
  ...HEALTH_ROUTES,
  ...TENANT_ROUTES,
  ...TENANT_ACTION_ROUTES,
  ...COMMAND_ROUTES,
  ...CONSENT_ROUTES,
  ...OFFBOARDING_ROUTES,
  ...DOCUMENT_ROUTES,
};

const SCHEMAS: Readonly<Record<string, Schema>> = {
  ...COMMON_SCHEMAS,
  ...INCIDENT_SCHEMAS,
  ...SEARCH_SCHEMAS,
  ...CAMPAIGN_SCHEMAS,
  ...CHANGE_SCHEMAS,
  ...HEALTH_SCHEMAS,
  ...TENANT_SCHEMAS,
  ...CONSENT_SCHEMAS,
};

export interface OpenapiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  security: Readonly<Record<string, readonly string[]>>[];
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: { schemas: Readonly<Record<string, Schema>>; securitySchemes: Readonly<Record<string, Schema>> };
}

const DESCRIPTION = [
  'Incidents of many Microsoft 365 Defender tenants, and how far their lists can be believed.',
  'Times are ISO 8601 in UTC. What the source lacks is null (lists empty). The API only grows: ignore fields that you do not know.',
].join(' ');

/** The document of `GET /openapi.json`. */
export const OPENAPI_DOCUMENT: OpenapiDocument = {
  openapi: '3.1.0',
  info: { title: 'Defender incident collector', version: '1', description: DESCRIPTION },
  servers: [{ url: '/api' }],
  security: [{ functionKey: [] }, { functionKeyInQuery: [] }, { platformSignIn: [] }],
  paths: Object.fromEntries(Object.entries(API_ROUTES).map(([route, methods]) => [`/${route}`, methods])),
  components: {
    schemas: SCHEMAS,
    securitySchemes: {
      functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key', description: 'OPERATOR_SIGN_IN=keys' },
      functionKeyInQuery: { type: 'apiKey', in: 'query', name: 'code', description: 'OPERATOR_SIGN_IN=keys' },
      platformSignIn: {
        type: 'apiKey',
        in: 'cookie',
        name: 'AppServiceAuthSession',
        description: 'OPERATOR_SIGN_IN=entra: the platform in front signs operators in',
      },
    },
  },
};
