import type { SimulatorControl } from '../../../local/simulator/state/simulator.ts';
import type { ErrorCode } from '../../../shared/errors/error-table.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import { createCollector } from '../cloud/collector.ts';
import { SECRET, SECRET_NAME } from '../cloud/scenario-cloud.ts';
import { pollAll, type Failure, type Week } from './live-a-week.ts';
import {
  answered,
  askForTokens,
  broken,
  failing,
  listed,
  NONE,
  OWN,
  refusedByEntra,
  switched,
  tableWithout,
  type Lasting,
} from './week-faults.ts';

/** Longer than a token lasts here. */
const TWO_MONTHS_MS = 61 * 86_400_000;

/** Tokens end all the time, and each new one needs the app's proof. */
const withoutTokens = (failure: Failure): Failure => ({
  ...failure,
  tick: async (week) => {
    askForTokens(week);
    await pollAll(week);
  },
});

/** A process that has read no credential yet. */
const inVault = (spoil: (control: SimulatorControl) => void): Failure =>
  withoutTokens({
    hits: 'all',
    begin: (week) => {
      week.collector = createCollector(week.world);
      spoil(week.world.control);
      return undefined;
    },
  });

/** What the simulated cloud has no fault for. */
const withoutProof = (code: ErrorCode): Failure =>
  withoutTokens(
    switched('all', (state) => ({
      wrapCredential: ({ get, refresh }) => ({
        get: () => (state.isOn ? Promise.reject(broken(code)) : get()),
        refresh: (refused) => (state.isOn ? Promise.reject(broken(code)) : refresh(refused)),
      }),
    })),
  );

const withoutTables = (code: ErrorCode): Failure =>
  switched('all', (state) => ({ wrapTable: (table) => tableWithout(table, state, broken(code)) }));

const ahead = (clock: Clock, ms: number): Clock => ({ ...clock, nowMs: () => clock.nowMs() + ms });

const wrongClock: Failure = withoutTokens({
  hits: 'all',
  begin: (week) => {
    week.collector = createCollector(week.world, { clock: ahead(week.world.time, TWO_MONTHS_MS) });
    return undefined;
  },
  end: (week) => {
    week.collector = createCollector(week.world);
  },
});

function withoutSource(): Failure {
  let configured: Week['collector']['deps']['sources'] | undefined;
  return {
    hits: 'all',
    begin: ({ collector: { deps } }) => {
      configured = deps.sources;
      deps.sources = { defender: undefined, graph: undefined };
      return undefined;
    },
    end: ({ collector: { deps } }) => {
      deps.sources = configured ?? deps.sources;
    },
  };
}

const NOT_THERE = ['endpoint-not-found', listed('all', answered(404, { code: 'NotFound' }))] as const;
const DENIED = ['forbidden', listed('all', answered(403, { code: 'Forbidden', message: 'Denied' }))] as const;

const UNREAD = {
  shownAs: 'error',
  inTheEnd: { loses: 'what is new', alerts: ['tenant-stale'], health: 'failing', problems: ['customers-unread'] },
} as const;

export const WEEKS_OF_ALL: readonly Lasting[] = [
  {
    what: 'the service fails as a whole',
    failures: [
      ['source-unavailable', listed('all', answered(503))],
      ['incomplete-answer', listed('all', { kind: 'warning', text: '199 - "Incomplete"' })],
    ],
    ...UNREAD,
    wholeAfter: 'the next tick',
  },
  {
    what: 'Defender is not at its address',
    on: 'defender',
    failures: [NOT_THERE],
    shownAs: 'error',
    inTheEnd: {
      ...UNREAD.inTheEnd,
      alerts: ['defender-ending', 'tenant-stale'],
      problems: ['customers-unread', 'source-retired'],
    },
    wholeAfter: 'the next tick',
    remedy: 'the address is corrected',
  },
  {
    what: 'Graph is not at its address',
    on: 'graph',
    failures: [NOT_THERE],
    ...UNREAD,
    wholeAfter: 'the next tick',
    remedy: 'the address is corrected',
  },
  {
    what: 'the service throttles everybody',
    failures: [['throttled', listed('all', { kind: 'throttle', form: 'header-seconds', seconds: 30 })]],
    shownAs: 'error',
    inTheEnd: { ...UNREAD.inTheEnd, alerts: ['tenant-stale', 'throttled'] },
    wholeAfter: 'the next tick',
  },
  {
    what: 'everybody is refused alike by Defender',
    on: 'defender',
    failures: [DENIED],
    shownAs: 'error',
    inTheEnd: {
      loses: 'what is new',
      alerts: ['fleet-refused', 'defender-ending', 'tenant-stale'],
      health: 'failing',
      problems: ['fleet-refused', 'source-retired'],
    },
    wholeAfter: 'an hour',
    remedy: 'the app is let in',
  },
  {
    what: 'everybody is refused alike by Graph',
    on: 'graph',
    failures: [DENIED],
    shownAs: 'error',
    inTheEnd: {
      loses: 'what is new',
      alerts: ['fleet-refused', 'tenant-stale'],
      health: 'failing',
      problems: ['fleet-refused'],
    },
    wholeAfter: 'an hour',
    remedy: 'the app is let in',
  },
  {
    what: 'everybody is refused alike by Entra',
    failures: [['app-disabled-in-tenant', refusedByEntra('all', 7000112)]],
    shownAs: 'error',
    inTheEnd: {
      loses: 'what is new',
      alerts: ['fleet-refused', 'tenant-stale'],
      health: 'failing',
      problems: ['fleet-refused'],
    },
    wholeAfter: 'an hour',
    remedy: 'the app is let in',
  },
  {
    what: "the app's credential is refused",
    failures: [['app-credential-refused', refusedByEntra('all', 7000222)]],
    shownAs: 'error',
    inTheEnd: {
      loses: 'what is new',
      alerts: ['credential-refused', 'tenant-stale'],
      health: 'failing',
      problems: [OWN, 'customers-unread'],
    },
    wholeAfter: 'the next tick',
    remedy: 'it is rotated',
  },
  {
    what: "the app's registration is refused",
    failures: [['app-misconfigured', refusedByEntra('all', 7654321, 'invalid_request')]],
    shownAs: 'error',
    inTheEnd: {
      loses: 'what is new',
      alerts: ['credential-refused', 'tenant-stale'],
      health: 'failing',
      problems: [OWN, 'customers-unread'],
    },
    wholeAfter: 'the next tick',
    remedy: 'it is corrected',
  },
  {
    what: "a new process cannot read the app's credential",
    failures: [
      [
        'vault-forbidden',
        inVault((control) => {
          control.setVaultReaders([]);
        }),
      ],
      [
        'vault-secret-missing',
        inVault((control) => {
          control.removeSecret(SECRET_NAME);
        }),
      ],
      [
        'vault-secret-disabled',
        inVault((control) => {
          control.setSecret(SECRET_NAME, SECRET, { isEnabled: false });
        }),
      ],
      [
        'vault-refused',
        inVault((control) => {
          control.addFault({ name: 'lasting', match: { role: 'vault' }, fault: answered(400) });
        }),
      ],
      ['vault-identity-missing', withoutProof('vault-identity-missing')],
      ['identity-unavailable', withoutProof('identity-unavailable')],
      ['certificate-unusable', withoutProof('certificate-unusable')],
    ],
    shownAs: 'error',
    inTheEnd: {
      loses: 'what is new',
      alerts: ['credential-refused', 'tenant-stale'],
      health: 'failing',
      problems: ['customers-unread', OWN],
    },
    wholeAfter: 'the next tick',
    remedy: 'it can be read',
  },
  {
    what: 'the vault does not answer a process that has the credential',
    failures: [['vault-unavailable', withoutTokens({ hits: 'all', begin: failing('vault', { kind: 'reset' }) })]],
    shownAs: 'error',
    atFirst: { loses: 'nothing', alerts: [], health: 'degraded', problems: [OWN] },
    inTheEnd: { ...UNREAD.inTheEnd, loses: 'some of what is new', problems: ['customers-unread', OWN] },
    wholeAfter: 'the next tick',
  },
  {
    what: 'Entra fails as a whole',
    failures: [
      ['entra-unavailable', refusedByEntra('all', 90033)],
      ['entra-throttled', refusedByEntra('all', 90055)],
    ],
    ...UNREAD,
    wholeAfter: 'the next tick',
  },
  {
    what: "the collecting machine's clock is two months ahead",
    failures: [['token-expired', wrongClock]],
    ...UNREAD,
    wholeAfter: 'the next tick',
    remedy: 'the clock is right',
  },
  {
    what: 'the app is not configured for the source',
    failures: [['source-not-configured', withoutSource()]],
    ...UNREAD,
    wholeAfter: 'the next tick',
    remedy: 'it is configured',
  },
  {
    what: 'the workers cannot use the tables',
    failures: [
      ['storage-unclear', withoutTables('storage-unclear')],
      ['storage-refused', withoutTables('storage-refused')],
      ['storage-not-prepared', withoutTables('storage-not-prepared')],
    ],
    ...UNREAD,
    shownAs: 'nothing',
    wholeAfter: 'the next tick',
  },
  {
    what: 'no worker takes a message from the queue',
    failures: [
      [
        NONE,
        {
          hits: 'all',
          tick: async ({ collector }) => {
            await collector.dispatch();
          },
        },
      ],
    ],
    ...UNREAD,
    shownAs: 'nothing',
    wholeAfter: 'the next tick',
  },
  {
    what: 'the app does not start, or its timer stands still',
    failures: [['no-tick', { hits: 'all', tick: () => Promise.resolve() }]],
    shownAs: 'nothing',
    inTheEnd: { loses: 'what is new', alerts: ['no-tick'], health: 'failing', problems: [OWN, 'customers-unread'] },
    wholeAfter: 'the next tick',
    remedy: 'it ticks',
  },
];
