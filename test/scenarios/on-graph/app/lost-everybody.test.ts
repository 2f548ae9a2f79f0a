import '../../cloud/default-to-graph.ts';
import '../../app/lost-everybody.test.ts';
