import { getOpenapi } from '../../../functions/app/get-openapi.ts';
import type { StatusCases } from './status-cases.ts';

export const DOCUMENT_STATUSES: readonly StatusCases[] = [
  { handler: getOpenapi, request: {}, statuses: { 200: ({ call }) => call(getOpenapi) } },
];
