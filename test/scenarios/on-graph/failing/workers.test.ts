import '../../cloud/default-to-graph.ts';
import '../../failing/workers.test.ts';
