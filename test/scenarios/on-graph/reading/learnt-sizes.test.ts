import '../../cloud/default-to-graph.ts';
import '../../reading/learnt-sizes.test.ts';
