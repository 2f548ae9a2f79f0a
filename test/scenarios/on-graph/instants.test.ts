import './default-to-graph.ts';
import '../instants.test.ts';
