import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as cedar from '@cedar-policy/cedar-wasm/web';
import { BatonError } from '../model/errors.ts';

const wasmName = 'cedar_wasm_bg.wasm';
let loaded = false;

/** Cedar didn't behave as documented, or its WebAssembly module is missing. */
export class CedarUnavailable extends BatonError {
  override readonly name: string = 'CedarUnavailable';
}

/** A policy of a bundle can't be parsed, although it was validated when the bundle was created. */
export class PolicyNotUsable extends BatonError {
  override readonly name: string = 'PolicyNotUsable';
}

/** Returns the path of `cedar_wasm_bg.wasm` next to the bundled code, or else in its package. */
export function findCedarWasm(): string {
  const beside = join(dirname(fileURLToPath(import.meta.url)), wasmName);
  if (existsSync(beside)) return beside;
  // The package exports its web build to `import` only, so its folder is found through the Node build.
  const nodeBuild = createRequire(import.meta.url).resolve('@cedar-policy/cedar-wasm/nodejs');
  return join(dirname(nodeBuild), '..', 'web', wasmName);
}

/**
 * Returns Cedar. Reads and compiles its WebAssembly at the first call only (about 14 ms).
 * @param wasmPath path of the module; by default next to the bundle, or else in node_modules
 * @throws CedarUnavailable if the module can't be read or compiled
 */
export function loadCedar(wasmPath?: string): typeof cedar {
  if (loaded) return cedar;
  try {
    cedar.initSync({ module: readFileSync(wasmPath ?? findCedarWasm()) });
  } catch (error) {
    throw new CedarUnavailable(`Cedar's WebAssembly module can't be loaded: ${String(error)}`);
  }
  loaded = true;
  return cedar;
}
