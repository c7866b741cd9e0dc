import { readFileSync } from 'node:fs';

/** Not UTF-8. */
export class NotUtf8 extends Error {
  override readonly name = 'NotUtf8';
}

/**
 * The text of a file, which must be UTF-8; a byte order mark is left out.
 * @throws NotUtf8, and what reading a file throws
 */
export function readText(file: string): string {
  const bytes = readFileSync(file);
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw new NotUtf8('it is UTF-16; save it as UTF-8');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new NotUtf8('it is not UTF-8; save it as UTF-8');
  }
}
