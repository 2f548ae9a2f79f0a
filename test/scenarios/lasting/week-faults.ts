import type { RoleName } from '../../../local/simulator/http/simulated-request.ts';
import type { Fault } from '../../../local/simulator/state/fault.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ErrorCode } from '../../../shared/errors/error-table.ts';
import type { Table } from '../../../shared/ports/table.ts';
import type { Failure, Week } from './live-a-week.ts';

/** What somebody is told, and what is missing then. */
export interface Told {
  loses: 'nothing' | 'what is new' | 'some of what is new' | 'the last hours' | 'that alone' | 'its new version';
  alerts: readonly string[];
  health: 'ok' | 'degraded' | 'failing';
  /** Codes in `problems`; `OWN` stands for the failure's own. */
  problems?: readonly string[];
}

/** One row of the table in docs/guarantees.md: what lasts for a week, in each of its forms. */
export interface Lasting {
  what: string;
  /** Where it is told otherwise than on the other source. */
  on?: SourceName;
  failures: readonly (readonly [code: string, failure: Failure])[];
  /** Where the code shows: what the customer failed with last, the reason of its gaps, or nowhere about a customer. */
  shownAs: 'error' | 'gap' | 'nothing';
  /** When the first hour has passed, where that is not what a week makes of it. */
  atFirst?: Told;
  inTheEnd: Told;
  wholeAfter: 'the next tick' | 'an hour' | 'a day';
  /** What somebody has to do first. */
  remedy?: string;
}

/** In `problems`. */
export const OWN = 'its code';
/** In place of a code. */
export const NONE = 'none';

/** The row as the document has it, cell by cell. */
export function toCells({ what, failures, atFirst, inTheEnd, wholeAfter, remedy }: Lasting): string[] {
  const cellOf = (describe: (told: Told) => string): string => {
    const [first, end] = [describe(atFirst ?? inTheEnd), describe(inTheEnd)];
    return first === end ? end : `${first}; after a day ${end}`;
  };
  return [
    what,
    listNames(failures.map(([code]) => code)),
    cellOf(({ loses }) => loses),
    cellOf(({ alerts }) => listNames(alerts)),
    cellOf(({ health, problems }) => (problems === undefined ? health : `${health}: ${listNames(problems)}`)),
    remedy === undefined ? wholeAfter : `${wholeAfter}, once ${remedy}`,
  ];
}

function listNames(names: readonly string[]): string {
  const named = [...new Set(names)].map((name) => (name === NONE || name === OWN ? name : `\`${name}\``));
  return named.length === 0 ? NONE : named.join(', ');
}

export type Hits = Failure['hits'];

/** Requests about the customers that are hit are answered so. */
export function failing(role: RoleName, fault: Fault): NonNullable<Failure['begin']> {
  return ({ world: { control }, hit }) => {
    const isHit = (tenantId: string | undefined): boolean => hit.some((id) => id === tenantId);
    control.addFault({
      name: 'lasting',
      match: { role, predicate: ({ tenantId }) => role === 'vault' || isHit(tenantId) },
      fault,
    });
    if (role !== 'incident-list') askForTokens({ world: { control }, hit });
    return undefined;
  };
}

/** Otherwise Entra and the vault are asked for nothing before the tokens end. */
export function askForTokens({
  world: { control },
  hit,
}: {
  world: Pick<Week['world'], 'control'>;
  hit: Week['hit'];
}): void {
  for (const tenantId of hit) control.revokeTokens(tenantId);
}

export const answered = (status: number, error?: object): Fault => ({
  kind: 'status',
  status,
  ...(error !== undefined && { body: { error } }),
});

export const listed = (hits: Hits, fault: Fault): Failure => ({ hits, begin: failing('incident-list', fault) });

export const refusedByEntra = (hits: Hits, code: number, error?: string): Failure => ({
  hits,
  begin: failing('entra-token', { kind: 'entra-error', code, ...(error !== undefined && { error }) }),
});

export const withClaims = (claims: Record<string, unknown>): Failure => ({
  hits: 'one',
  begin: failing('entra-token', { kind: 'token-claims', claims }),
});

/** A part of the app that fails from the beginning of a failure to its end. */
export interface Switch {
  isOn: boolean;
  /** The first customer that is hit. */
  tenantId?: TenantId;
}

/** A failure of a part that the cloud has no fault for. */
export function switched(
  hits: Hits,
  optionsOf: (state: Switch) => Failure['options'] & object,
  more: Partial<Failure> = {},
): Failure {
  const state: Switch = { isOn: false };
  return {
    hits,
    options: optionsOf(state),
    ...more,
    begin: (week) => {
      state.isOn = true;
      state.tenantId = week.world.tenantId;
      return more.begin?.(week);
    },
    end: async (week) => {
      state.isOn = false;
      await more.end?.(week);
    },
  };
}

export const broken = (code: ErrorCode): AppError => new AppError(code, 'Broken for a week');

/** Every request fails while the switch is on. */
export function tableWithout(table: Table, state: Switch, error: AppError): Table {
  const reject = <Answer>(send: () => Promise<Answer>): Promise<Answer> =>
    state.isOn ? Promise.reject(error) : send();
  return {
    serviceTime: table.serviceTime,
    get: (...args) => reject(() => table.get(...args)),
    list: (...args) => reject(() => table.list(...args)),
    transact: (...args) => reject(() => table.transact(...args)),
  };
}
