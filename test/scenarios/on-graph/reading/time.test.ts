import '../../cloud/default-to-graph.ts';
import '../../reading/time.test.ts';
