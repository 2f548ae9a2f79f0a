import '../../cloud/default-to-graph.ts';
import '../../failing/failing-window.test.ts';
