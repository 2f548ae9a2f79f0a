import './default-to-graph.ts';
import '../reconcile.test.ts';
