import '../../cloud/default-to-graph.ts';
import '../../reading/long-first-read.test.ts';
