import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { findCedarWasm, loadCedar } from '../../lib/policy/cedar.ts';

test('Cedar runs from source', () => {
  expect(loadCedar().getCedarLangVersion()).toMatch(/^4\./);
});

test('Cedar runs inside an ESM bundle with its WebAssembly next to it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    const outfile = join(directory, 'handler.mjs');
    await build({
      entryPoints: [resolve(import.meta.dirname, '../../lib/policy/cedar.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
    });
    const wasm = join(directory, 'cedar_wasm_bg.wasm');
    copyFileSync(findCedarWasm(), wasm);
    const bundled: typeof import('../../lib/policy/cedar.ts') = await import(pathToFileURL(outfile).href);
    expect(bundled.findCedarWasm()).toBe(wasm);
    expect(() => bundled.loadCedar(join(directory, 'nowhere.wasm'))).toThrow(/can't be loaded/);
    expect(bundled.loadCedar().getCedarLangVersion()).toMatch(/^4\./);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
