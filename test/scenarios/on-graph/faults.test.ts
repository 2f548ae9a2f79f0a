import './default-to-graph.ts';
import '../faults.test.ts';
