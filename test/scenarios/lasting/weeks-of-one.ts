import { HOME } from '../cloud/scenario-cloud.ts';
import {
  buggy,
  crowdedInstant,
  dieOf,
  eraseState,
  forbidden,
  HUGE,
  inSmallBodies,
  nameless,
  oneGapTooMany,
  pollAndCleanUp,
  poisoned,
  quoted,
  REDIRECT,
  registerAgain,
  slow,
  unreadableById,
  unstorable,
  withoutLargePages,
} from './failures-of-one.ts';
import { answered, failing, listed, NONE, refusedByEntra, withClaims, type Lasting } from './week-faults.ts';

const TWO_HOURS_MS = 7_200_000;
const YEAR_SECONDS = 31_536_000;

const BEHIND = { loses: 'what is new', alerts: ['tenant-stale'], health: 'degraded' } as const;
const STALE = { shownAs: 'error', inTheEnd: BEHIND } as const;
const UNREADABLE = {
  shownAs: 'gap',
  atFirst: { loses: 'that alone', alerts: [], health: 'ok' },
  inTheEnd: { loses: 'that alone', alerts: ['gaps-lasting'], health: 'degraded', problems: ['gaps-lasting'] },
} as const;
const UNHARMED = {
  shownAs: 'nothing',
  inTheEnd: { loses: 'nothing', alerts: [], health: 'ok' },
  wholeAfter: 'the next tick',
} as const;

export const WEEKS_OF_ONE: readonly Lasting[] = [
  {
    what: 'its lists are not answered, or with nonsense',
    failures: [
      ['source-unavailable', listed('one', answered(503))],
      ['source-unavailable', listed('one', { kind: 'reset' })],
      ['bad-page', listed('one', { kind: 'html' })],
      ['incomplete-answer', listed('one', { kind: 'warning', status: 206 })],
      ['page-too-large', inSmallBodies(listed('one', HUGE))],
      ['filter-not-honoured', listed('one', { kind: 'ignore-bound', field: 'lastUpdateTime', bound: 'both' })],
    ],
    ...STALE,
    wholeAfter: 'the next tick',
  },
  {
    what: 'its lists are refused as wrong questions',
    failures: [['bad-request', listed('one', answered(400))]],
    ...STALE,
    wholeAfter: 'the next tick',
  },
  {
    what: 'its lists are not at their address',
    failures: [
      ['endpoint-not-found', listed('one', answered(404, { code: 'NotFound' }))],
      ['redirect-refused', listed('one', REDIRECT)],
    ],
    ...STALE,
    wholeAfter: 'the next tick',
  },
  {
    what: 'it is throttled at every call',
    failures: [['throttled', listed('one', { kind: 'throttle', form: 'header-seconds', seconds: 30 })]],
    shownAs: 'error',
    inTheEnd: { ...BEHIND, alerts: ['tenant-stale', 'throttled'] },
    wholeAfter: 'the next tick',
  },
  {
    what: 'it is throttled, and told to wait for a year',
    failures: [['throttled', listed('one', { kind: 'throttle', form: 'header-seconds', seconds: YEAR_SECONDS })]],
    ...STALE,
    wholeAfter: 'an hour',
  },
  {
    what: 'it does not let the app in any more',
    failures: [
      ['unauthorized', listed('one', answered(401))],
      ['forbidden', listed('one', forbidden('Denied'))],
      ['missing-role', listed('one', forbidden(''))],
      ['not-licensed', listed('one', forbidden("Tenant feature isn't enabled.", 'DisabledFeature'))],
      ['api-disabled-in-tenant', listed('one', quoted(500014))],
      ['consent-missing', refusedByEntra('one', 65001)],
      ['consent-declined', refusedByEntra('one', 65004)],
      ['admin-consent-required', refusedByEntra('one', 90094)],
      ['access-blocked', refusedByEntra('one', 53003)],
      ['app-disabled-in-tenant', refusedByEntra('one', 7000112)],
      ['tenant-blocked', refusedByEntra('one', 5000225)],
      ['tenant-refused', refusedByEntra('one', 7654321, 'interaction_required')],
      ['tenant-not-found', refusedByEntra('one', 90002)],
      ['wrong-cloud', refusedByEntra('one', 90038)],
    ],
    ...STALE,
    wholeAfter: 'an hour',
    remedy: 'the customer lets it in',
  },
  {
    what: 'Entra does not answer for it',
    failures: [
      ['entra-unavailable', refusedByEntra('one', 90033)],
      ['entra-throttled', refusedByEntra('one', 90055)],
      ['token-unreadable', withClaims({ exp: null })],
    ],
    ...STALE,
    wholeAfter: 'the next tick',
  },
  {
    what: 'Entra answers for it as for nobody else',
    failures: [
      ['entra-refused', refusedByEntra('one', 7654321, 'invalid_request')],
      ['entra-request-loop', refusedByEntra('one', 50196)],
      ['token-mismatch', withClaims({ tid: HOME })],
    ],
    ...STALE,
    wholeAfter: 'the next tick',
  },
  {
    what: 'it is new, and its first read fails',
    failures: [
      ['source-unavailable', { ...listed('one', answered(503)), isFirstRead: true }],
      ['entra-unavailable', { ...refusedByEntra('one', 90033), isFirstRead: true }],
    ],
    ...STALE,
    wholeAfter: 'the next tick',
  },
  {
    what: 'it is new, and its consent does not arrive',
    failures: [['consent-missing', { ...refusedByEntra('one', 65001), isFirstRead: true }]],
    ...STALE,
    atFirst: { ...BEHIND, alerts: [] },
    wholeAfter: 'an hour',
    remedy: 'the customer consents',
  },
  {
    what: 'its rows cannot be written, a bug of ours',
    failures: [
      ['row-limits-exceeded', unstorable('row-limits-exceeded')],
      ['row-missing', unstorable('row-missing')],
      ['row-exists', unstorable('row-exists')],
      ['internal-error', buggy],
    ],
    ...STALE,
    wholeAfter: 'the next tick',
    remedy: 'it is corrected',
  },
  {
    what: 'it kills every worker that takes it',
    failures: [['crashed', { hits: 'one', tick: dieOf }]],
    ...STALE,
    wholeAfter: 'an hour',
    remedy: 'it is corrected',
  },
  {
    what: 'its state row is gone',
    failures: [
      [
        'tenant-state-missing',
        { hits: 'one', isFirstRead: true, begin: eraseState, tick: pollAndCleanUp, end: registerAgain },
      ],
    ],
    shownAs: 'error',
    inTheEnd: { ...BEHIND, alerts: ['tenant-state-missing'] },
    wholeAfter: 'the next tick',
    remedy: 'somebody registers it again',
  },
  {
    what: 'one incident makes every list fail that holds it',
    failures: [
      ['source-unavailable', poisoned(answered(500))],
      ['bad-page', poisoned({ kind: 'html' })],
      ['incomplete-answer', poisoned({ kind: 'warning', status: 206 })],
      ['bad-request', poisoned(answered(400))],
      ['page-too-large', inSmallBodies(poisoned(HUGE))],
    ],
    ...UNREADABLE,
    wholeAfter: 'a day',
  },
  {
    what: 'one incident is dated back and cannot be read by its id',
    failures: [['incident-unreadable', unreadableById]],
    ...UNREADABLE,
    atFirst: { ...UNREADABLE.atFirst, loses: 'its new version' },
    inTheEnd: UNHARMED.inTheEnd,
    wholeAfter: 'the next tick',
  },
  {
    what: 'incidents are listed without their ids',
    failures: [['incident-without-id', nameless(1)]],
    ...UNREADABLE,
    wholeAfter: 'a day',
  },
  {
    what: 'one instant has more incidents than the source lists',
    failures: [['instant-cannot-be-paged', crowdedInstant]],
    ...UNREADABLE,
    wholeAfter: 'a day',
  },
  {
    what: 'more than 32 places cannot be read',
    failures: [['too-many-gaps', oneGapTooMany()]],
    ...STALE,
    atFirst: { ...BEHIND, loses: 'some of what is new' },
    inTheEnd: {
      ...BEHIND,
      loses: 'some of what is new',
      alerts: ['tenant-stale', 'gaps-lasting'],
      problems: ['gaps-lasting'],
    },
    wholeAfter: 'a day',
  },
  {
    what: 'lists of more than ten incidents fail',
    failures: [[NONE, withoutLargePages]],
    ...UNHARMED,
  },
  {
    what: 'links to more lead to another host, or never end',
    failures: [
      [NONE, listed('one', { kind: 'next-link', pageSize: 1, origin: 'foreign' })],
      [NONE, listed('one', { kind: 'next-link', pageSize: 1, origin: 'same', isEndless: true })],
    ],
    ...UNHARMED,
  },
  {
    what: 'every answer has a warning that is none (299)',
    failures: [[NONE, listed('one', { kind: 'warning', text: '299 - "Deprecated"' })]],
    ...UNHARMED,
  },
  {
    what: 'every answer takes 25 seconds',
    failures: [[NONE, slow]],
    ...UNHARMED,
  },
  {
    what: 'every answer is a copy that is two hours old',
    failures: [
      [NONE, { hits: 'one', begin: failing('incident-list', { kind: 'stale-replica', lagMs: TWO_HOURS_MS }) }],
    ],
    shownAs: 'nothing',
    inTheEnd: { loses: 'the last hours', alerts: [], health: 'ok' },
    wholeAfter: 'a day',
  },
];
