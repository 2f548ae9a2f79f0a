import '../../cloud/default-to-graph.ts';
import '../../consent/consent.test.ts';
