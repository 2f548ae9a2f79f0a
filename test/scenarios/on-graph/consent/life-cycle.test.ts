import '../../cloud/default-to-graph.ts';
import '../../consent/life-cycle.test.ts';
