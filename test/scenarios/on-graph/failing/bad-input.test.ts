import '../../cloud/default-to-graph.ts';
import '../../failing/bad-input.test.ts';
