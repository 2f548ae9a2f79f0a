import './default-to-graph.ts';
import '../steady-state.test.ts';
