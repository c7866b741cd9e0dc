import type { Documents } from '../../documents/documents.ts';
import { firstSealFollows, headsInSeal, makeSeal, type SealedHead, signedText } from '../../ledger/seal.ts';
import type { Seals } from '../../ledger/seals.ts';
import { eachOf } from '../each-of.ts';

export interface SealServices {
  seals: Seals;
  documents: Documents;
  /** Signs a text. Returns the signature in base64, and the key. */
  sign(text: string): Promise<{ signature: string; keyId: string }>;
}

export interface Sealing {
  /** Number of the newest seal. */
  number: number;
  /** Number of heads that this invocation has sealed. */
  heads: number;
}

/** Maximum number of seals in one invocation, each with up to `headsInSeal` heads. */
const sealsAtOnce = 5;
/** Number of concurrent writes. */
const width = 25;

/**
 * Seals what changed since the last seal: all heads of audit chains, signed. Seals even without changes, so that a gap
 * in time shows that seals are missing. Concurrent changes are in the next seal, and of two concurrent seals only one
 * is stored.
 */
export async function sealLedger(services: SealServices, { now }: { now: string }): Promise<Sealing> {
  const { seals } = services;
  let sealed = 0;
  for (let round = 0; round < sealsAtOnce; round += 1) {
    const heads = await seals.unsealed(headsInSeal);
    const number = await sealHeads(services, heads, now);
    if (number === undefined) break;
    sealed += heads.length;
    if (heads.length < headsInSeal) break;
  }
  return { number: (await seals.latest())?.number ?? 0, heads: sealed };
}

/** Returns the number of the seal, or undefined if another invocation was faster. */
async function sealHeads(
  { seals, documents, sign }: SealServices,
  heads: SealedHead[],
  now: string,
): Promise<number | undefined> {
  const previous = (await seals.latest()) ?? firstSealFollows;
  const { seal, pages } = makeSeal(previous, heads, now);
  // Stored before the seal that names them, so that every hash in the ledger has its document.
  for (const page of pages) await documents.put(page);
  const hash = await documents.put(seal);
  const signed = await sign(signedText(seal));
  const { number } = seal;
  if (!(await seals.put({ number, hash, at: now, ...signed }))) return undefined;
  await eachOf(heads, (head) => seals.markSealed(head), width);
  return number;
}
