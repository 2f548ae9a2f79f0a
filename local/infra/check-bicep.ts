import type { Bicep } from './find-bicep.ts';
import { runTool } from './run-tool.ts';

// Invented, and the same everywhere: names of resources are made from them.
const SCOPE = [
  ...['--tenant-id', '00000000-0000-0000-0000-000000000002'],
  ...['--subscription-id', '00000000-0000-0000-0000-000000000001'],
  ...['--location', 'westeurope'],
];

/** Every diagnostic is a problem: a misspelt property is only a warning to the compiler, and it ends with 0. */
export async function checkLint({ path }: Bicep, file: string): Promise<string> {
  const { output } = await runTool(path, ['lint', file, '--diagnostics-format', 'sarif']);
  const start = output.indexOf('{');
  if (start < 0) return output.trim();
  return listResults(JSON.parse(output.slice(start, output.lastIndexOf('}') + 1)) as Sarif).join('\n');
}

interface Sarif {
  runs: {
    results: {
      ruleId: string;
      message: { text: string };
      locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[];
    }[];
  }[];
}

function listResults(log: Sarif): string[] {
  return log.runs
    .flatMap(({ results }) => results)
    .map(({ ruleId, message, locations }) => {
      const at = locations[0]?.physicalLocation;
      return `${at?.artifactLocation.uri ?? ''}:${at?.region.startLine ?? 0} ${ruleId} ${message.text}`;
    });
}

export async function checkBuild({ path }: Bicep, file: string): Promise<string> {
  const { code, output } = await runTool(path, ['build', file, '--stdout']);
  return code === 0 ? '' : output.trim();
}

/** What would be deployed differs from the committed snapshot: the answer shows where. */
export async function checkSnapshot({ path }: Bicep, file: string): Promise<string> {
  const { code, output } = await runTool(path, ['snapshot', file, '--mode', 'validate', ...SCOPE]);
  return code === 0 ? '' : `${output.trim()}\nIf that is meant: npm run infra:check -- --update`;
}

export async function writeSnapshot({ path }: Bicep, file: string): Promise<string> {
  const { code, output } = await runTool(path, ['snapshot', file, '--mode', 'overwrite', ...SCOPE]);
  return code === 0 ? '' : output.trim();
}
