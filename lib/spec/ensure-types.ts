import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { sha256 } from '../model/json.ts';
import { compareText } from '../model/text.ts';
import { cutServiceSpec } from './cut.ts';
import { indexFile, typeFile, typesDirectory } from './type-files.ts';

/** Returns the inputs of the generated types: the version of the service spec, and our own facts and code. */
function stampOf(): string {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@aws-cdk/aws-service-spec');
  const text = readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  const sources = [
    ...['registry-facts.json', 'registry-permissions.json', 'reviewed.ts', 'cut.ts'],
    ...['permissions.ts', 'ensure-types.ts'],
  ];
  const own = sources.map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'));
  return sha256([version, ...own].join('\n'));
}

/**
 * Creates the directory of type specs unless it exists for this version of the service spec and of our facts: one JSON
 * file for each type and `index.json`. Takes about 2 s to create and 10 ms otherwise. Safe when several processes call
 * it at once, because the directory appears atomically. Returns the directory.
 */
export function ensureTypes(directory: string = typesDirectory): string {
  const stamp = stampOf();
  const index = join(directory, indexFile);
  const isCurrent = () =>
    existsSync(index) && (JSON.parse(readFileSync(index, 'utf8')) as { stamp: string }).stamp === stamp;
  if (isCurrent()) return directory;
  const making = `${directory}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  const names: string[] = [];
  for (const spec of cutServiceSpec()) {
    names.push(spec.type);
    writeFileSync(join(making, typeFile(spec.type)), JSON.stringify(spec));
  }
  writeFileSync(join(making, indexFile), JSON.stringify({ stamp, types: names.sort(compareText) }));
  try {
    // If another process was faster, its directory is equivalent, and others read it already.
    if (!isCurrent()) rmSync(directory, { recursive: true, force: true });
    renameSync(making, directory);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!isCurrent()) throw error;
  }
  return directory;
}
