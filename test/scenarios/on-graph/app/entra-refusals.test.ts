import '../../cloud/default-to-graph.ts';
import '../../app/entra-refusals.test.ts';
