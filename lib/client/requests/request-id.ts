import { randomBytes } from 'node:crypto';
import { sha256 } from '../../model/json.ts';

/** An id nobody else has. */
export function newRequestId(): string {
  return `req-${randomBytes(6).toString('hex')}`;
}

/** The id of a rehearsal's request: the same seed, place in line and text give the same. */
export function rehearsalId(seed: number, ordinal: number, text: string): string {
  return `req-${sha256(`${seed} ${ordinal} ${text}`).slice(0, 12)}`;
}
