import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BatonError } from '../model/errors.ts';
import { sha256 } from '../model/json.ts';
import { compareText } from '../model/text.ts';
import { withLock } from './lock-file.ts';

/** The app can't be synthesized. The message contains its errors. */
export class SynthesisFailed extends BatonError {
  override readonly name = 'SynthesisFailed';
}

const root = join(import.meta.dirname, '..', '..');

/** The inputs of the assembly: folders and files below the root. */
const sources = ['bin/app.ts', 'cdk.json', 'package-lock.json', 'lambdas', 'lib', 'statemachines'];
/** Parts of lib that the app does not deploy. */
const notDeployed = ['lib/cli', 'lib/local'];

/**
 * Returns the folder of a cloud assembly for the current sources. Synthesizes if a source has changed. Safe to call
 * from several processes at once.
 *
 * @throws SynthesisFailed
 */
export async function freshAssembly(onSynthesis: () => void): Promise<string> {
  const directory = join(root, 'cdk.out');
  const wanted = fingerprint();
  if (isFresh(directory, wanted)) return directory;
  await withLock(join(root, 'build', 'synthesis.lock'), async () => {
    if (isFresh(directory, wanted)) return;
    onSynthesis();
    await synthesize(directory);
    const stamp = { sources: wanted, template: templateHash(directory) };
    writeFileSync(stampFile, JSON.stringify(stamp));
  });
  return directory;
}

const stampFile = join(root, 'build', 'assembly.json');

/** Tells whether the folder contains the assembly of these sources, unmodified. */
function isFresh(directory: string, wanted: string): boolean {
  if (!existsSync(stampFile) || !existsSync(join(directory, 'manifest.json'))) return false;
  const stamp = JSON.parse(readFileSync(stampFile, 'utf8')) as { sources: string; template: string };
  return stamp.sources === wanted && stamp.template === templateHash(directory);
}

function templateHash(directory: string): string {
  const file = join(directory, 'Baton.template.json');
  return existsSync(file) ? sha256(readFileSync(file, 'utf8')) : '';
}

/** Returns a SHA-256 over the names and contents of all inputs of the assembly, including packs and calendars. */
function fingerprint(): string {
  const paths = [...sources, ...namedPaths()].flatMap((path) => filesBelow(path));
  return sha256(
    paths
      .sort(compareText)
      .map((path) => `${path} ${sha256(readFileSync(join(root, path), 'utf8'))}`)
      .join('\n'),
  );
}

function filesBelow(path: string): string[] {
  if (notDeployed.includes(path) || !existsSync(join(root, path))) return [];
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path)).flatMap((name) => filesBelow(`${path}/${name}`));
}

/** Returns custom packs and calendars, which the settings name by a path relative to `cdk.json`. */
function namedPaths(): string[] {
  interface Environment {
    policyPacks?: { name: string }[];
    governance?: { packs?: string[]; maintenance?: string[]; freezes?: string[] };
  }
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as {
    context?: { baton?: { environments?: Record<string, Environment> } };
  };
  const names = Object.values(context?.baton?.environments ?? {}).flatMap(
    ({ policyPacks = [], governance: { packs = [], maintenance = [], freezes = [] } = {} }) => [
      ...policyPacks.map(({ name }) => name),
      ...packs,
      ...maintenance,
      ...freezes,
    ],
  );
  return [...new Set(names)].filter((name) => existsSync(join(root, name)));
}

/** Runs the app without the `cdk` command, which takes half the time. */
async function synthesize(directory: string): Promise<void> {
  mkdirSync(dirname(stampFile), { recursive: true });
  const child = spawn(process.execPath, [join('bin', 'app.ts')], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(String(data)));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status !== 0) throw new SynthesisFailed(`the app can't be synthesized:\n${said.join('').trim()}`);
}
