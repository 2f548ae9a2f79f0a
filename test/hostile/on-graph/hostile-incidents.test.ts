import '../../scenarios/cloud/default-to-graph.ts';
import '../hostile-incidents.test.ts';
