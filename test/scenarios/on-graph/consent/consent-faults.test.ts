import '../../cloud/default-to-graph.ts';
import '../../consent/consent-faults.test.ts';
