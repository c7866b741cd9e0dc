import { canonicalJson, hashOf } from '../model/json.ts';
import { type ChainHead, genesis } from './audit-chain.ts';

/** A chain when it is sealed: its name, number of entries, and the hash of the last. */
export type SealedHead = [chain: string, count: number, hash: string];

/** A part of the heads of a seal, as a separate document sorted by chain. */
export interface HeadsPage {
  heads: SealedHead[];
}

/**
 * The signed content: every head that changed since the previous seal, in pages. Changing, removing or reordering a
 * sealed entry changes its chain's head, and so its page, the seal, and every later seal.
 */
export interface Seal {
  version: 1;
  /** From 1, without gaps. */
  number: number;
  /** Hash of the previous seal. Zeros for the first. */
  previousHash: string;
  /** ISO 8601 instant. */
  at: string;
  pages: { hash: string; heads: number }[];
}

/** A seal in the ledger. The seal itself and its pages are documents. */
export interface SealRecord {
  number: number;
  /** Hash of the seal's document. */
  hash: string;
  at: string;
  /** Base64 of the DER signature, ECDSA over SHA-256, of the seal's canonical JSON. */
  signature: string;
  /** ARN of the key. */
  keyId: string;
}

/** The predecessor of the first seal. */
export const firstSealFollows = { number: 0, hash: genesis.hash };

const headsInPage = 2000;

/**
 * Maximum number of heads in a seal. The rest wait for the next. KMS signs messages of up to 4,096 bytes ("Sign", AWS
 * KMS API Reference), and each page takes about 90 bytes of the seal, so 20 pages fit.
 */
export const headsInSeal = 20 * headsInPage;

/** Returns the next seal and its pages. Pure. */
export function makeSeal(
  previous: Pick<SealRecord, 'number' | 'hash'>,
  heads: readonly SealedHead[],
  at: string,
): { seal: Seal; pages: HeadsPage[] } {
  const sorted = [...heads].sort(([a], [b]) => (a < b ? -1 : 1));
  const pages: HeadsPage[] = [];
  for (let start = 0; start < sorted.length; start += headsInPage)
    pages.push({ heads: sorted.slice(start, start + headsInPage) });
  return {
    pages,
    seal: {
      version: 1,
      number: previous.number + 1,
      previousHash: previous.hash,
      at,
      pages: pages.map((page) => ({ hash: hashOf(page), heads: page.heads.length })),
    },
  };
}

/** Returns the signed text: the seal's document as stored, so that any tool can verify it. */
export function signedText(seal: Seal): string {
  return canonicalJson(seal);
}

export function headOf(chain: string, { count, hash }: ChainHead): SealedHead {
  return [chain, count, hash];
}
