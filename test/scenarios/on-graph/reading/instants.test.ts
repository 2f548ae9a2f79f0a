import '../../cloud/default-to-graph.ts';
import '../../reading/instants.test.ts';
