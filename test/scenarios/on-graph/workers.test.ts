import './default-to-graph.ts';
import '../workers.test.ts';
