import '../../cloud/default-to-graph.ts';
import '../../reading/next-links.test.ts';
