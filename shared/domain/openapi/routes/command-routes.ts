import { COMMAND_STATUSES, type CommandView } from '../../commands/command-view.ts';
import {
  BAD_REQUEST,
  json,
  NOT_FOUND,
  OPERATOR_PROBLEMS,
  pathParameter,
  problem,
  TENANT_ID,
} from '../schemas/operation.ts';
import type { Routes } from '../schemas/operation.ts';
import { described, listOf, nullable, objectOf, oneOf, text, time, type Schema } from '../schemas/schema.ts';

const COMMAND_VIEW: Record<keyof CommandView, Schema> = {
  id: text,
  command: described(text, 'What is to be done: `register` (also pause and resume), `stop`, `purge`, `decide` …'),
  detail: described(nullable(text), 'What is to be changed or decided.'),
  sentAt: time,
  expiresAt: described(time, 'It is carried out before then or not at all.'),
  status: described(
    oneOf(COMMAND_STATUSES),
    '`superseded`: a later command took it back; it is not carried out, as little as an `expired` one.',
  ),
};

const EXAMPLE: CommandView = {
  id: '7d444840-9dc0-41d1-b245-5ffdce74fad2',
  command: 'purge',
  detail: null,
  sentAt: '2026-11-24T12:00:00.0000000Z',
  expiresAt: '2026-11-24T12:05:00.0000000Z',
  status: 'waiting',
};

export const COMMAND_ROUTES: Routes = {
  'tenants/{tenantId}/commands': {
    get: {
      operationId: 'listTenantCommands',
      summary: 'Commands for a tenant that the collecting app has not carried out yet',
      parameters: [TENANT_ID],
      responses: {
        200: json(
          'All of them, in the order in which they are carried out; none where one app does everything.',
          objectOf({ commands: listOf(objectOf(COMMAND_VIEW)), cursor: nullable(text) }),
          { commands: [EXAMPLE], cursor: null },
        ),
        400: BAD_REQUEST,
        ...OPERATOR_PROBLEMS,
      },
    },
  },
  'tenants/{tenantId}/commands/{commandId}': {
    delete: {
      operationId: 'recallTenantCommand',
      summary: 'Recalls a command that was not begun yet',
      parameters: [TENANT_ID, pathParameter('commandId', text, 'The `id` of the command.')],
      responses: {
        204: { description: 'It is never carried out.' },
        400: BAD_REQUEST,
        404: NOT_FOUND,
        409: problem('It is being carried out.'),
        ...OPERATOR_PROBLEMS,
      },
    },
  },
};
