import '../../cloud/default-to-graph.ts';
import '../../reading/steady-state.test.ts';
