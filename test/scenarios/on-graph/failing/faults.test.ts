import '../../cloud/default-to-graph.ts';
import '../../failing/faults.test.ts';
