import './default-to-graph.ts';
import '../next-links.test.ts';
