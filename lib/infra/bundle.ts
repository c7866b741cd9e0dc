import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Settings } from '../model/settings.ts';
import { findCedarWasm } from '../policy/cedar.ts';
import { ensureTypes, indexFile } from '../spec/index.ts';

const root = join(import.meta.dirname, '..', '..');

export interface BundleProps {
  settings: Settings;
  /** Policies of every environment, as text: what `policies.json` holds. */
  policies: string;
  /** Folder of the handlers; every `.ts` file in it becomes a bundle. */
  handlers?: string;
  /** Folder made; emptied of handlers that are gone. */
  output?: string;
}

/**
 * Makes the folder all functions are deployed from: a bundle for each handler (`admit.mjs`), and beside them
 * what handlers read at import: `settings.json`, `policies.json`, Cedar's wasm and `types/`.
 *
 * One folder for all: what differs between functions is a few hundred KB, and one asset is uploaded once.
 * Equal sources make equal bytes, so that a deployment without changes changes nothing.
 *
 * @returns the folder's path
 */
export function bundleHandlers(props: BundleProps): string {
  const handlers = props.handlers ?? join(root, 'lambdas');
  const output = props.output ?? join(root, 'build', 'lambdas');
  mkdirSync(output, { recursive: true });
  const entries = readdirSync(handlers).filter((file) => file.endsWith('.ts'));
  removeStale(output, entries);
  buildSync({
    entryPoints: entries.map((file) => join(handlers, file)),
    outdir: output,
    absWorkingDir: root,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Packages offer ESM builds under `module`: half the size of their CommonJS ones.
    mainFields: ['module', 'main'],
    minify: true,
    // Errors are matched by name, and a minified class would lose its own.
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    // Some dependencies are CommonJS and require Node's own modules.
    banner: { js: "import{createRequire as $r}from'node:module';const require=$r(import.meta.url);" },
    logLevel: 'warning',
  });
  writeFileSync(join(output, 'settings.json'), JSON.stringify(props.settings));
  writeFileSync(join(output, 'policies.json'), props.policies);
  copyOnce(findCedarWasm(), join(output, 'cedar_wasm_bg.wasm'));
  copyTypes(join(output, 'types'));
  return output;
}

function removeStale(output: string, entries: string[]): void {
  const kept = new Set(entries.map((file) => file.replace(/\.ts$/, '')));
  for (const file of readdirSync(output).filter((name) => /\.mjs(\.map)?$/.test(name)))
    if (!kept.has(file.replace(/\.mjs(\.map)?$/, ''))) rmSync(join(output, file));
}

function copyOnce(from: string, to: string): void {
  if (!existsSync(to) || !readFileSync(to).equals(readFileSync(from))) cpSync(from, to);
}

/** The types are 1,800 small files: copied only when the index, which holds their stamp, has changed. */
function copyTypes(to: string): void {
  const from = ensureTypes();
  const index = join(to, indexFile);
  if (existsSync(index) && readFileSync(index).equals(readFileSync(join(from, indexFile)))) return;
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
}
