import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gatherCampaign, type Sighting } from '../../../shared/domain/campaigns/campaign.ts';
import { readCampaignRow, toCampaignRow } from '../../../shared/domain/campaigns/campaign-rows.ts';
import { MAX_BINARY_BYTES } from '../../../shared/domain/rows/row-limits.ts';
import { formatTicks, TICKS_PER_DAY } from '../../../shared/domain/values/ticks.ts';
import { tenantNumber, ticksOf } from '../../helpers/seed.ts';

const START = ticksOf('2025-01-01T00:00:00Z');

/** A value seen at a tenant on some days of 2025. */
function sighting(tenant: number, [first, last]: readonly [number, number], fields: object = {}): Sighting {
  const onDay = (day: number): string => formatTicks(START + BigInt(day) * TICKS_PER_DAY);
  const seen = { firstSeen: onDay(first), lastSeen: onDay(last) };
  const match = {
    kind: 'ip',
    value: '8.8.4.4',
    alertId: 'a',
    verdict: 'malicious',
    remediation: null,
    ...seen,
  } as const;
  return { tenantId: tenantNumber(tenant), incidentId: '1', createdAt: START, match: { ...match, ...fields } };
}

describe('gatherCampaign()', () => {
  test.each([
    ['two tenants at one time', [sighting(1, [0, 0]), sighting(2, [0, 0])], true],
    ['30 days from the end of one to the beginning of the other', [sighting(1, [0, 9]), sighting(2, [39, 50])], true],
    ['31 days', [sighting(1, [0, 9]), sighting(2, [40, 50])], false],
    ['one tenant twice', [sighting(1, [0, 0]), sighting(1, [1, 1])], false],
    ['a long one around a short one', [sighting(1, [0, 99]), sighting(2, [40, 41]), sighting(3, [130, 131])], true],
    ['a second tenant without a verdict', [sighting(1, [0, 0]), sighting(2, [0, 0], { verdict: null })], false],
    ['a second one that only says a title', [sighting(1, [0, 0]), sighting(2, [0, 0], { kind: 'alert-title' })], false],
    [
      'times that nobody knows',
      [sighting(1, [0, 0]), { ...sighting(2, [0, 0], { firstSeen: null, lastSeen: null }), createdAt: 0n }],
      false,
    ],
    ['none', [], false],
  ])('of %s: %#', (_what, sightings, expected) => {
    expect(gatherCampaign(sightings, false) !== undefined).toBe(expected);
  });

  test('takes the time of an incident where the evidence has none', () => {
    const timeless = sighting(2, [0, 0], { firstSeen: null, lastSeen: null });
    expect(gatherCampaign([sighting(1, [0, 0]), timeless], false)?.tenants).toHaveLength(2);
  });

  test('comes to the same whatever the order, and its row reads as it was written', () => {
    const some = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat({ max: 60 }), fc.nat({ max: 5 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(some, { maxLength: 12 }), (drawn) => {
        const all = drawn.map(([tenant, day, more, isBad]) =>
          sighting(tenant, [day, day + more], { verdict: isBad ? 'suspicious' : null }),
        );
        const campaign = gatherCampaign(all, false);
        expect(gatherCampaign([...all].reverse(), false)).toEqual(campaign);
        if (campaign === undefined) return;
        const stored = readCampaignRow({
          rowKey: '',
          etag: '',
          writtenAtMs: 0,
          properties: toCampaignRow(campaign, undefined),
        });
        const tenants = campaign.tenants.map((tenant) => ({ ...tenant, incidentCount: tenant.incidents.length }));
        expect(stored).toEqual({ ...campaign, tenants, leftOut: null });
      }),
    );
  });

  test('fits its row with five hundred tenants of long ids', () => {
    const long = (at: number): string => `${at}-${'0123456789abcdef'.repeat(40)}`;
    const all = Array.from({ length: 500 }, (_, at) => ({ ...sighting(at, [0, 0]), incidentId: long(at) }));
    const campaign = gatherCampaign(all, true);
    const row = campaign === undefined ? {} : toCampaignRow(campaign, undefined);
    expect(row['tenants']).toBeInstanceOf(Uint8Array);
    expect((row['tenants'] as Uint8Array).length).toBeLessThanOrEqual(MAX_BINARY_BYTES);
    expect(readCampaignRow({ rowKey: '', etag: '', writtenAtMs: 0, properties: row }).tenants).toHaveLength(500);
  });
});
