import '../../cloud/default-to-graph.ts';
import '../../reading/cost-figures.test.ts';
