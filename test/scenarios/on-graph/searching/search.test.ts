import '../../cloud/default-to-graph.ts';
import '../../searching/search.test.ts';
