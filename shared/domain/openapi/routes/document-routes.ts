import { json, problem, type Routes } from '../schemas/operation.ts';
import { objectOf, text } from '../schemas/schema.ts';

export const DOCUMENT_ROUTES: Routes = {
  'openapi.json': {
    get: {
      operationId: 'getOpenapi',
      summary: 'This document',
      security: [],
      parameters: [],
      responses: {
        200: json('The document. It holds no data and is open to everybody.', {
          ...objectOf({ openapi: text }),
          additionalProperties: true,
        }),
        500: problem('A setting of this app is wrong; its log has the reason.'),
      },
    },
  },
};
