import { BLIND_KINDS, type BlindTenant, type Coverage, type SilentTenant } from '../../views/coverage.ts';
import { described, guid, integer, listOf, nullable, objectOf, oneOf, ref, text, time, type Schema } from './schema.ts';

const COVERAGE: Record<keyof Coverage, Schema> = {
  completeThrough: described(
    nullable(time),
    'Everything that was visible at the sources before then is stored, for every selected tenant; null when one was never read completely.',
  ),
  completeThroughExceptBlind: described(nullable(time), 'The same without the blind tenants.'),
  blindCount: integer,
  readingCount: described(
    integer,
    'Of the blind ones those that are read for the first time, or catch up, without a failure.',
  ),
  stoppedCount: described(integer, 'Of the blind ones those that are paused, deleted or being erased.'),
  blind: described(listOf(ref('BlindTenant')), 'The worst 20; those being read after the others, those stopped last.'),
  gapCount: described(integer, 'Stretches of time that could not be read and are tried again.'),
  silentCount: described(integer, 'Tenants that are not blind and from which nothing new has come for unusually long.'),
  silent: described(listOf(ref('SilentTenant')), 'The 20 longest silences.'),
};

const BLIND_TENANT: Record<keyof BlindTenant, Schema> = {
  tenantId: guid,
  tenantName: nullable(text),
  since: described(nullable(time), 'Its data is complete up to then; if it never was, since when it has its status.'),
  until: described(nullable(time), 'When it saw again; null while it is blind.'),
  code: described(text, 'Why: a code of docs/errors.md, a status of tenants, or what docs/api.md lists.'),
  kind: described(
    oneOf(BLIND_KINDS),
    '`blind`: somebody should look; `reading`: it gets there by itself; `stopped`: on purpose.',
  ),
};

const SILENT_TENANT: Record<keyof SilentTenant, Schema> = {
  tenantId: guid,
  tenantName: nullable(text),
  since: described(time, 'When its newest incident was created.'),
  usualPauseSeconds: described(integer, 'How long it is usually quiet at most.'),
};

export const COMMON_SCHEMAS: Readonly<Record<string, Schema>> = {
  Problem: described(
    objectOf(
      {
        type: text,
        title: text,
        status: integer,
        detail: text,
        code: described(text, 'Stable; docs/errors.md lists them all.'),
        action: described(text, 'What to do next.'),
      },
      ['action'],
    ),
    'RFC 9457.',
  ),
  Coverage: objectOf(COVERAGE),
  BlindTenant: objectOf(BLIND_TENANT),
  SilentTenant: objectOf(SILENT_TENANT),
};

export const COVERAGE_EXAMPLE: Coverage = {
  completeThrough: '2026-11-24T12:00:00.0000000Z',
  completeThroughExceptBlind: '2026-11-24T12:04:00.0000000Z',
  blindCount: 1,
  readingCount: 0,
  stoppedCount: 0,
  blind: [
    {
      tenantId: '0f8fad5b-d9cb-469f-a165-70867728950e',
      tenantName: 'Fabrikam',
      since: '2026-11-24T12:00:00.0000000Z',
      until: null,
      code: 'consent-missing',
      kind: 'blind',
    },
  ],
  gapCount: 0,
  silentCount: 0,
  silent: [],
};
