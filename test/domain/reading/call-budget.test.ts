import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  allowedCalls,
  chargeCalls,
  DEFAULT_CALL_LIMITS,
  EMPTY_BUDGET,
  nextAllowedAt,
  RESERVATION_SECONDS,
  type CallBudget,
  type CallLimits,
} from '../../../shared/domain/reading/call-budget.ts';
import {
  TICKS_PER_HOUR,
  TICKS_PER_MINUTE,
  TICKS_PER_MS,
  TICKS_PER_SECOND,
  type Ticks,
} from '../../../shared/domain/values/ticks.ts';
import { ticksOf } from '../../helpers/seed.ts';

const START = ticksOf('2026-01-01T00:00:00.1234567Z');

interface Charge {
  at: Ticks;
  calls: number;
}

const step = fc.record({
  waitMs: fc.oneof(fc.nat(900), fc.nat(30_000), fc.nat(300_000), fc.constant(79_000), fc.constant(3_660_000)),
  wanted: fc.integer({ min: 1, max: 60 }),
  isPatient: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const limits = fc.record({ perMinute: fc.integer({ min: 1, max: 45 }), perHour: fc.integer({ min: 45, max: 300 }) });

/** Charges as much as is allowed at every step; a patient one first waits for the earliest moment. */
function charge(steps: readonly Step[], allowed: CallLimits): { charges: Charge[]; budget: CallBudget; now: Ticks } {
  const charges: Charge[] = [];
  let budget = EMPTY_BUDGET;
  let now = START;
  for (const { waitMs, wanted, isPatient } of steps) {
    now += BigInt(waitMs) * TICKS_PER_MS;
    if (isPatient) now = nextAllowedAt(budget, now, allowed);
    const calls = Math.min(wanted, allowedCalls(budget, now, allowed));
    if (calls === 0) continue;
    budget = chargeCalls(budget, now, calls);
    charges.push({ at: now, calls });
  }
  return { charges, budget, now };
}

/** The most calls charged in any stretch of this length. */
function mostWithin(charges: readonly Charge[], width: Ticks): number {
  const within = ({ at }: Charge): number =>
    charges.filter((other) => other.at >= at && other.at < at + width).reduce((sum, { calls }) => sum + calls, 0);
  return Math.max(0, ...charges.map(within));
}

describe('allowedCalls()', () => {
  test('keeps every minute and every hour within the limits, whatever is wanted when', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), limits, (steps, allowed) => {
        const { charges } = charge(steps, allowed);
        expect(mostWithin(charges, TICKS_PER_MINUTE)).toBeLessThanOrEqual(allowed.perMinute);
        expect(mostWithin(charges, TICKS_PER_HOUR)).toBeLessThanOrEqual(allowed.perHour);
      }),
      { numRuns: 150 },
    );
  });

  test('leaves room for calls that are made late in their reservation', () => {
    const late = BigInt(RESERVATION_SECONDS - 1) * TICKS_PER_SECOND;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), limits, (steps, allowed) => {
        const { charges } = charge(steps, allowed);
        expect(mostWithin(charges, TICKS_PER_MINUTE + late)).toBeLessThanOrEqual(allowed.perMinute);
      }),
    );
  });

  test('allows all of it after a quiet hour', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), limits, (steps, allowed) => {
        const { budget, now } = charge(steps, allowed);
        const later = now + TICKS_PER_HOUR + 2n * TICKS_PER_MINUTE;
        expect(allowedCalls(budget, later, allowed)).toBe(Math.min(allowed.perMinute, allowed.perHour));
      }),
    );
  });

  test('reaches 1,400 calls in an hour of steady reading', () => {
    const reading = Array.from({ length: 400 }, () => ({ waitMs: 5_000, wanted: 10, isPatient: true }));
    const { charges } = charge(reading, DEFAULT_CALL_LIMITS.defender);
    const inFirstHour = charges.filter(({ at }) => at < START + TICKS_PER_HOUR);
    expect(inFirstHour.reduce((sum, { calls }) => sum + calls, 0)).toBe(1_400);
  });
});

describe('nextAllowedAt()', () => {
  test('answers the earliest moment at which a call is allowed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), limits, fc.nat(200_000), (steps, allowed, waitMs) => {
        const charged = charge(steps, allowed);
        const now = charged.now + BigInt(waitMs) * TICKS_PER_MS;
        const at = nextAllowedAt(charged.budget, now, allowed);
        expect(at).toBeGreaterThanOrEqual(now);
        expect(allowedCalls(charged.budget, at, allowed)).toBeGreaterThan(0);
        const isAtOnce = allowedCalls(charged.budget, now, allowed) > 0;
        expect(at === now).toBe(isAtOnce);
        if (!isAtOnce) expect(allowedCalls(charged.budget, at - 1n, allowed)).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('chargeCalls()', () => {
  test('keeps a bounded number of entries, however long it is used', () => {
    const reading = Array.from({ length: 3_000 }, () => ({ waitMs: 4_000, wanted: 1, isPatient: false }));
    const { budget } = charge(reading, DEFAULT_CALL_LIMITS.defender);
    expect(budget.recent.length).toBeLessThanOrEqual(80);
    expect(budget.minutes.length).toBeLessThanOrEqual(62);
  });
});
