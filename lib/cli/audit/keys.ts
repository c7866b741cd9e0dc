import type { KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { publicKeys } from '../../audit/verify-seals.ts';
import { UsageError } from '../usage-error.ts';

/** Reads public keys from files. @throws UsageError if one is missing */
export function readKeys(files: readonly string[], command: string): KeyObject[] {
  if (files.length === 0)
    throw new UsageError(
      ['--key is missing; expected the file of the public key, as `baton audit key` prints it'],
      command,
    );
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0)
    throw new UsageError(
      missing.map((file) => `--key is ${JSON.stringify(file)}; there is no such file`),
      command,
    );
  return publicKeys(files.map((file) => readFileSync(file, 'utf8')));
}
