import { randomBytes } from 'node:crypto';
import { sha256 } from '../../model/json.ts';

/** Returns a unique id. */
export function newRequestId(): string {
  return `req-${randomBytes(6).toString('hex')}`;
}

/** Returns the id of a rehearsal's request. The same seed, position and text give the same id. */
export function rehearsalId(seed: number, ordinal: number, text: string): string {
  return `req-${sha256(`${seed} ${ordinal} ${text}`).slice(0, 12)}`;
}
