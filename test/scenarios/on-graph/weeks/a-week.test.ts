import '../../cloud/default-to-graph.ts';
import '../../weeks/a-week.test.ts';
