import './default-to-graph.ts';
import '../first-read.test.ts';
