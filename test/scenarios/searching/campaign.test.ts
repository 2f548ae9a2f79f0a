import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addCampaign, CAMPAIGN } from '../../../local/simulator/content/shared-campaign.ts';
import { startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { createCustomers } from '../worlds/several-customers.ts';

let cloud: ScenarioCloud;
beforeAll(async () => {
  cloud = await startScenarioCloud();
});
afterAll(() => cloud.stop());

test('The demo’s campaign is found at its three customers, by the search and among the campaigns', async () => {
  const { world, collector, tenantIds, search, campaigns } = await createCustomers(cloud, 4);
  const victims = tenantIds.slice(0, 3).map((tenantId) => ({ tenantId, domain: `${tenantId.slice(-8)}.example` }));
  addCampaign(world.control, victims, 7);
  await collector.pollUntilComplete();

  const { campaigns: found, leftOut, through } = await campaigns();

  const expected = { verdict: 'malicious', customerCount: 3, incidentCount: 3, leftOut: null };
  for (const value of [CAMPAIGN.sender, CAMPAIGN.url.replace('https://', ''), CAMPAIGN.sha256])
    expect(found.find((one) => one.value === value)).toMatchObject(expected);
  expect(leftOut).toEqual([]);
  expect(Date.parse(through ?? '')).toBeGreaterThan(world.time.nowMs() - 62_000);
  expect(await search(`q=${CAMPAIGN.sha256}`)).toEqual(['0/100001', '1/100001', '2/100001']);
});
