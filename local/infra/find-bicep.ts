import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runTool } from './run-tool.ts';

/** The version that the snapshots were made with; an older one may lack what they need. */
export const BICEP_VERSION = '0.49.2';

export interface Bicep {
  readonly path: string;
  readonly version: string;
}

/** Where a compiler may be: files that may exist, then a package that can be had. */
export interface BicepSources {
  readonly files: readonly string[];
  /** Ignored folder that the pinned package is restored into. */
  readonly packageFolder: string;
  /** NuGet's name of this platform, such as `linux-x64`. */
  readonly platform: string;
  readonly dotnet: string;
}

const PLATFORMS: Readonly<Record<string, string>> = { darwin: 'osx', linux: 'linux', win32: 'win' };

export function readBicepSources(root: string, env: NodeJS.ProcessEnv): BicepSources {
  const file = process.platform === 'win32' ? 'bicep.exe' : 'bicep';
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  // `az bicep install` puts it there.
  const ofAzureCli = join(env['AZURE_CONFIG_DIR'] ?? join(homedir(), '.azure'), 'bin');
  return {
    files: [...onPath, ofAzureCli].map((folder) => join(folder, file)),
    packageFolder: join(root, '.bicep'),
    platform: `${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`,
    dotnet: 'dotnet',
  };
}

/** The first compiler that is new enough: on PATH, of the Azure CLI, or the pinned package of NuGet. */
export async function findBicep(sources: BicepSources): Promise<Bicep> {
  const restored = packagedFile(sources);
  for (const path of [...sources.files, restored].filter((file) => existsSync(file))) {
    const version = await readVersion(path);
    if (version !== undefined && isNewEnough(version)) return { path, version };
  }
  const problem = await restorePackage(sources);
  if (problem === '' && existsSync(restored)) return { path: restored, version: BICEP_VERSION };
  throw new Error(
    `Cannot check infra/ as there is no Bicep ${BICEP_VERSION} or newer: not on PATH, not in the Azure CLI ("az bicep install"), and NuGet's package cannot be restored: ${problem}`,
  );
}

function packagedFile({ packageFolder, platform }: BicepSources): string {
  const file = platform.startsWith('win') ? 'bicep.exe' : 'bicep';
  return join(packageFolder, `azure.bicep.commandline.${platform}`, BICEP_VERSION, 'tools', file);
}

async function readVersion(path: string): Promise<string | undefined> {
  const { output } = await runTool(path, ['--version']);
  return /version (\d+\.\d+\.\d+)/.exec(output)?.[1];
}

function isNewEnough(version: string): boolean {
  return version.localeCompare(BICEP_VERSION, 'en', { numeric: true }) >= 0;
}

/** Empty when it worked. */
async function restorePackage({ packageFolder, platform, dotnet }: BicepSources): Promise<string> {
  const project = join(packageFolder, 'bicep.csproj');
  await mkdir(packageFolder, { recursive: true });
  await writeFile(
    project,
    `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="Azure.Bicep.CommandLine.${platform}" Version="[${BICEP_VERSION}]" /></ItemGroup>
</Project>
`,
  );
  const { code, output } = await runTool(dotnet, ['restore', project, '--packages', packageFolder]);
  return code === 0 ? '' : output.trim();
}
