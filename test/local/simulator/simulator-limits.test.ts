import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DEFAULT_RATE_LIMITS } from '../../../local/simulator/control/control.ts';
import { CUSTOMER, HOME, closeTestBeds, startTestBed, type TestBed } from './simulator-test-bed.ts';

let bed: TestBed;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  bed = await startTestBed({ nowMs: () => nowMs, rateLimits: {}, tokenLifetimeSeconds: 100_000 });
  bed.control.addIncident(CUSTOMER, { incidentId: '1' });
});
afterEach(closeTestBeds);

async function statuses(calls: number, path = '?$top=1'): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (let call = 0; call < calls; call += 1) {
    const response = await bed.send(path);
    await response.text();
    counts[response.status] = (counts[response.status] ?? 0) + 1;
  }
  return counts;
}

test('50 lists a minute are answered, the next says how long to wait', async () => {
  expect(await statuses(51)).toEqual({ 200: 50, 429: 1 });
  nowMs += 20_000;
  expect((await bed.list()).body).toMatchObject({ error: { message: expect.stringContaining('again in 40 seconds') } });
  nowMs += 40_000;
  expect(await statuses(1)).toEqual({ 200: 1 });
});

test('so many lists an hour are answered: 1,500 unless another number is given', async () => {
  expect(DEFAULT_RATE_LIMITS).toMatchObject({ listPerHour: 1_500, getPerHour: 1_500 });
  bed.control.setRateLimits({ listPerMinute: 10_000, listPerHour: 60, form: 'header-seconds' });
  expect(await statuses(61)).toEqual({ 200: 60, 429: 1 });
  nowMs += 3_000_000;
  expect((await bed.list()).headers.get('retry-after')).toBe('600');
});

test('reads by id have their own 100 a minute, and each tenant has its own limits', async () => {
  expect(await statuses(50)).toEqual({ 200: 50 });
  expect(await statuses(101, '/1')).toEqual({ 200: 100, 429: 1 });
  const { body } = await bed.postToken({}, HOME);
  const other = await bed.send('', { authorization: `Bearer ${String(body['access_token'])}` });
  expect(other.status).toBe(200);
});

test('refused calls cost nothing, failed ones do', async () => {
  bed.control.setRateLimits({ listPerMinute: 2 });
  await bed.send('', { authorization: 'Bearer nonsense' });
  bed.fault({ name: 'failed', fault: { kind: 'status', status: 500 }, times: 1 });
  expect(await statuses(4)).toEqual({ 200: 1, 429: 2, 500: 1 });
  bed.control.resetRateLimits();
  expect(await statuses(1)).toEqual({ 200: 1 });
  bed.control.setRateLimits('off');
  expect(await statuses(5)).toEqual({ 200: 5 });
});
