import '../../scenarios/cloud/default-to-graph.ts';
import '../hostile-answers.test.ts';
