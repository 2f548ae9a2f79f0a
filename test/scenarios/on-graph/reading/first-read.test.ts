import '../../cloud/default-to-graph.ts';
import '../../reading/first-read.test.ts';
