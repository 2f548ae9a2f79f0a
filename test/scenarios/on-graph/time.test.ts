import './default-to-graph.ts';
import '../time.test.ts';
