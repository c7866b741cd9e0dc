import { readFileSync } from 'node:fs';

/** Not UTF-8. */
export class NotUtf8 extends Error {
  override readonly name = 'NotUtf8';
}

/**
 * Returns the text of a UTF-8 file, without a byte order mark.
 * @throws NotUtf8, and the errors of reading a file
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
