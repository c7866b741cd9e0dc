import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Settings } from '../model/settings.ts';
import { findCedarWasm } from '../policy/cedar.ts';
import { ensureTypes, indexFile } from '../spec/index.ts';
import { environmentCalendars } from './calendars.ts';
import { governanceBundles } from './governance.ts';
import { policyBundles } from './policies.ts';

const root = join(import.meta.dirname, '..', '..');
const cedarWasm = 'cedar_wasm_bg.wasm';

export interface BundleProps {
  settings: Settings;
  /** Folder of the handlers. Every `.ts` file in it becomes a bundle. */
  handlers?: string;
  /** Output folder. Obsolete files in it are deleted, so two processes must not share one. */
  output?: string;
  /**
   * A folder with the same handlers, bundled for other settings. They become links to its files, as the types do:
   * settings change the files next to them, not the code.
   */
  bundled?: string;
}

/**
 * Creates the folder from which all functions are deployed: a bundle for each handler (`admit.mjs`), and the files that
 * handlers read: `settings.json`, `policies/ENVIRONMENT.json` (likewise `governance` and `calendars`), Cedar's wasm and
 * `types/`.
 *
 * All functions share one folder: they differ by a few hundred KB, and one asset is uploaded once. Equal sources give
 * equal bytes, so a deployment without changes changes nothing.
 *
 * @returns the folder's path
 */
export function bundleHandlers(props: BundleProps): string {
  const handlers = props.handlers ?? join(root, 'lambdas');
  const output = props.output ?? join(root, 'build', 'lambdas');
  // Settings that name what does not exist fail before any code is bundled.
  const types = ensureTypes();
  const policies = policyBundles(props.settings, types);
  mkdirSync(output, { recursive: true });
  const entries = readdirSync(handlers).filter((file) => file.endsWith('.ts'));
  const bundles = entries.map((file) => file.replace(/\.ts$/, '.mjs'));
  const maps = bundles.map((file) => `${file}.map`);
  removeStale(output, [
    ...bundles,
    ...maps,
    'settings.json',
    'policies',
    'governance',
    'calendars',
    'types',
    cedarWasm,
  ]);
  if (props.bundled !== undefined)
    for (const file of [...bundles, ...maps]) linkFile(join(props.bundled, file), join(output, file));
  else
    bundleCode(
      entries.map((file) => join(handlers, file)),
      output,
    );
  writeFileSync(join(output, 'settings.json'), JSON.stringify(props.settings));
  copyOnce(findCedarWasm(), join(output, cedarWasm));
  if (props.bundled === undefined) copyTypes(types, join(output, 'types'));
  else linkFolder(types, join(output, 'types'));
  writeTexts(policies, join(output, 'policies'));
  writeTexts(governanceBundles(props.settings), join(output, 'governance'));
  writeTexts(environmentCalendars(props.settings), join(output, 'calendars'));
  return output;
}

function bundleCode(entryPoints: string[], outdir: string): void {
  buildSync({
    entryPoints,
    outdir,
    absWorkingDir: root,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Packages provide ESM builds under `module`, which are half the size of their CommonJS builds.
    mainFields: ['module', 'main'],
    alias: {
      '@aws-sdk/credential-provider-node': join(root, 'lib', 'aws', 'environment-credentials.ts'),
      '@aws-sdk/endpoint-cache': join(root, 'lib', 'aws', 'no-endpoint-cache.ts'),
      // The same code as ECMAScript modules, of which unused parts are left out: 20 KB.
      yaml: join(root, 'node_modules', 'yaml', 'browser', 'dist', 'index.js'),
    },
    // Loaded only by operations whose request or answer is a stream of events, which no function calls: 20 KB.
    external: ['@smithy/core/event-streams'],
    minify: true,
    // No keepNames: it keeps unused classes, and our errors have their names as a field.
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    // Some dependencies are CommonJS and require Node's own modules.
    banner: {
      js: "import{createRequire as nodeCreateRequire}from'node:module';const require=nodeCreateRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}

function writeTexts(bundles: Map<string, string>, to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to);
  for (const [environment, text] of bundles) writeFileSync(join(to, `${environment}.json`), text);
}

/** Deletes files of an earlier version, which would otherwise be deployed and change the asset's hash. */
function removeStale(output: string, kept: string[]): void {
  for (const file of readdirSync(output).filter((name) => !kept.includes(name)))
    rmSync(join(output, file), { recursive: true });
}

function copyOnce(from: string, to: string): void {
  if (!existsSync(to) || !readFileSync(to).equals(readFileSync(from))) cpSync(from, to);
}

/** The types are 1,800 small files. They are copied only if the index, which contains their stamp, has changed. */
function copyTypes(from: string, to: string): void {
  const index = join(to, indexFile);
  if (existsSync(index) && readFileSync(index).equals(readFileSync(join(from, indexFile)))) return;
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
}

/** The same file under another name, which copies none of its megabytes. */
function linkFile(from: string, to: string): void {
  rmSync(to, { force: true });
  linkSync(from, to);
}

function linkFolder(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to);
  for (const file of readdirSync(from)) linkSync(join(from, file), join(to, file));
}
