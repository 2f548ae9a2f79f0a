import '../../cloud/default-to-graph.ts';
import '../../reading/reconcile.test.ts';
