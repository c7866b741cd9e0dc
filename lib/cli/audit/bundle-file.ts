import { createReadStream, createWriteStream, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { type BundleRecord, BundleUnreadable } from '../../audit/bundle.ts';
import { canonicalJson } from '../../model/json.ts';

/** Characters in one write: a stream's cost depends on the number of chunks more than on their size. */
const chunkLength = 256 * 1024;

/** Returns the path of a bundle: the given file, or a file in the given folder. */
export function bundlePath(out: string): string {
  const folder = out.endsWith('/') || (existsSync(out) && statSync(out).isDirectory());
  if (folder) mkdirSync(out, { recursive: true });
  return folder ? join(out, 'baton-audit.jsonl.gz') : out;
}

/** Writes a bundle with one line for each record, compressed if the name ends in `.gz`. Returns the number of lines. */
export async function writeBundle(path: string, records: AsyncIterable<BundleRecord>): Promise<number> {
  let lines = 0;
  async function* texts() {
    let text = '';
    for await (const record of records) {
      lines += 1;
      text += `${canonicalJson(record)}\n`;
      if (text.length < chunkLength) continue;
      yield text;
      text = '';
    }
    yield text;
  }
  const source = Readable.from(texts());
  if (path.endsWith('.gz')) await pipeline(source, createGzip(), createWriteStream(path));
  else await pipeline(source, createWriteStream(path));
  return lines;
}

/** Yields the lines of a bundle, unvalidated. @throws BundleUnreadable */
export async function* readBundleFile(path: string): AsyncGenerator<unknown> {
  if (!existsSync(path)) throw new BundleUnreadable(`There is no file ${path}.`);
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  let number = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      if (line !== '') yield JSON.parse(line) as unknown;
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new BundleUnreadable(`${path} can't be read after line ${number}: ${error.message}`);
  }
}
