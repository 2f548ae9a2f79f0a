import './default-to-graph.ts';
import '../life-cycle.test.ts';
