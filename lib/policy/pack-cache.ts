import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { sha256 } from '../model/json.ts';
import type { PolicyRule } from './types.ts';

/** Caches compiled packs: checking hundreds of policies takes seconds, and reading the result doesn't. */
export interface PackCache {
  /**
   * Returns the rules of the pack from the cache if nothing they depend on has changed, and from `compile` otherwise.
   * @param files name and text of every file of the pack
   */
  rulesOf(
    pack: string,
    files: { name: string; text: string }[],
    compile: () => PolicyRule[] | undefined,
  ): PolicyRule[] | undefined;
}

/** The folder of the compiled packs in a checkout. */
const cacheDirectory = join(import.meta.dirname, '..', '..', 'build', 'policies');

interface Kept {
  stamp: string;
  rules: PolicyRule[];
}

/**
 * Creates a cache in a folder. Compiled packs depend on their files, this code and its facts, Cedar, and the types.
 * @param types folder of the trimmed types
 */
export function packCache(types: string, directory: string = cacheDirectory): PackCache {
  let code: string | undefined;
  return {
    rulesOf: (pack, files, compile) => {
      code ??= codeStamp(types);
      const stamp = sha256([code, pack, ...files.flatMap(({ name, text }) => [name, text])].join('\n'));
      const file = join(directory, `${pack.replace(/[^A-Za-z0-9]+/g, '-')}-${sha256(pack).slice(0, 8)}.json`);
      const kept = read(file);
      if (kept?.stamp === stamp) return kept.rules;
      const rules = compile();
      if (rules) write(directory, file, { stamp, rules });
      return rules;
    },
  };
}

function read(file: string): Kept | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kept;
  } catch {
    return undefined; // A crash truncated the file, so the pack is compiled again.
  }
}

/** Writes atomically, because other processes may be reading. */
function write(directory: string, file: string, kept: Kept): void {
  mkdirSync(directory, { recursive: true });
  const making = `${file}.${process.pid}`;
  writeFileSync(making, JSON.stringify(kept));
  renameSync(making, file);
}

function codeStamp(types: string): string {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
  const cedar = createRequire(import.meta.url).resolve('@cedar-policy/cedar-wasm/nodejs');
  const version = readFileSync(join(cedar, '..', '..', 'package.json'), 'utf8');
  return sha256([version, readFileSync(join(types, 'index.json'), 'utf8'), ...sources].join('\n'));
}
