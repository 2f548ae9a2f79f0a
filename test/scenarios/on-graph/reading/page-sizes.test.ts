import '../../cloud/default-to-graph.ts';
import '../../reading/page-sizes.test.ts';
