import './default-to-graph.ts';
import '../page-sizes.test.ts';
