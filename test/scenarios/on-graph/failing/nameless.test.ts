import '../../cloud/default-to-graph.ts';
import '../../failing/nameless.test.ts';
