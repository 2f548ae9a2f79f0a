import '../../cloud/default-to-graph.ts';
import '../../failing/storage.test.ts';
