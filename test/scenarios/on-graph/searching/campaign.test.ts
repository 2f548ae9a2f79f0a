import '../../cloud/default-to-graph.ts';
import '../../searching/campaign.test.ts';
