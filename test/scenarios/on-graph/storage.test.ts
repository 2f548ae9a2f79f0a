import './default-to-graph.ts';
import '../storage.test.ts';
