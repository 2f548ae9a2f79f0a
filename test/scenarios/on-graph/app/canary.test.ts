import '../../cloud/default-to-graph.ts';
import '../../app/canary.test.ts';
