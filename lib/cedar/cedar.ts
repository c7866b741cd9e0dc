import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as cedar from '@cedar-policy/cedar-wasm/web';
import { BatonError } from '../model/errors.ts';

const wasmName = 'cedar_wasm_bg.wasm';
let loaded = false;

/** Cedar itself did not do as documented, or its WebAssembly module is not where it should be. */
export class CedarUnavailable extends BatonError {
  override readonly name: string = 'CedarUnavailable';
}

/** A policy of a bundle can't be parsed, though it was checked when the bundle was made. */
export class PolicyNotUsable extends BatonError {
  override readonly name: string = 'PolicyNotUsable';
}

/** `cedar_wasm_bg.wasm` beside the bundled code, else in the package it comes from. */
export function findCedarWasm(): string {
  const beside = join(dirname(fileURLToPath(import.meta.url)), wasmName);
  if (existsSync(beside)) return beside;
  // The package exports its web build to `import` alone, so the way there leads through the Node build.
  const nodeBuild = createRequire(import.meta.url).resolve('@cedar-policy/cedar-wasm/nodejs');
  return join(dirname(nodeBuild), '..', 'web', wasmName);
}

/**
 * Cedar, ready to use; its WebAssembly is read and compiled at the first call only (about 14 ms).
 * @param wasmPath where the module lies; by default beside the bundle, else in node_modules
 * @throws CedarUnavailable when the module can't be read or compiled
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
