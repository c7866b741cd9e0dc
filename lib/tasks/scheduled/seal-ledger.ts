import type { Documents } from '../../documents/documents.ts';
import { firstSealFollows, headsInSeal, makeSeal, type SealedHead, signedText } from '../../ledger/seal.ts';
import type { Seals } from '../../ledger/seals.ts';
import { eachOf } from '../pump/outcomes.ts';

export interface SealServices {
  seals: Seals;
  documents: Documents;
  /** Signs a text; base64 of the signature, and the key. */
  sign(text: string): Promise<{ signature: string; keyId: string }>;
}

export interface Sealing {
  /** Number of the newest seal. */
  number: number;
  /** Heads this invocation has sealed. */
  heads: number;
}

/** Seals an invocation makes at most, each of up to `headsInSeal` heads. */
const sealsAtOnce = 5;
/** Writes under way at once. */
const width = 25;

/**
 * Seals what moved since the last seal: all heads of audit chains, signed. A seal is made even where nothing moved:
 * it says so, and a gap in time shows that seals are missing. What moves meanwhile is in the next one; of two that
 * seal at once, one does.
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

/** The number of the seal; undefined where somebody else was faster. */
async function sealHeads(
  { seals, documents, sign }: SealServices,
  heads: SealedHead[],
  now: string,
): Promise<number | undefined> {
  const previous = (await seals.latest()) ?? firstSealFollows;
  const { seal, pages } = makeSeal(previous, heads, now);
  // Before the seal that names them: what the ledger holds the hash of is there.
  for (const page of pages) await documents.put(page);
  const hash = await documents.put(seal);
  const signed = await sign(signedText(seal));
  const { number } = seal;
  if (!(await seals.put({ number, hash, at: now, ...signed }))) return undefined;
  await eachOf(heads, (head) => seals.markSealed(head), width);
  return number;
}
