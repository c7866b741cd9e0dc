import { canonicalJson, hashOf } from '../model/json.ts';
import { type ChainHead, genesis } from './audit-chain.ts';

/** A chain as it stands when it is sealed: its name, how many entries it has, the hash of the last. */
export type SealedHead = [chain: string, count: number, hash: string];

/** A part of the heads of a seal, a document of its own; sorted by chain. */
export interface HeadsPage {
  heads: SealedHead[];
}

/**
 * What is signed: every head that moved since the seal before, by way of pages. Whoever changes, removes or reorders
 * a sealed entry changes its chain's head, so its page, so the seal, so every seal after it.
 */
export interface Seal {
  version: 1;
  /** From 1, without gaps. */
  number: number;
  /** Hash of the seal before; zeros for the first. */
  previousHash: string;
  /** ISO 8601 instant. */
  at: string;
  pages: { hash: string; heads: number }[];
}

/** A seal as the ledger keeps it; the seal itself and its pages are documents. */
export interface SealRecord {
  number: number;
  /** Of the seal's document. */
  hash: string;
  at: string;
  /** Base64 of the DER signature, ECDSA over SHA-256, of the seal's canonical JSON. */
  signature: string;
  /** ARN of the key. */
  keyId: string;
}

/** What the first seal follows. */
export const firstSealFollows = { number: 0, hash: genesis.hash };

const headsInPage = 2000;

/**
 * Heads a seal takes in; what is more waits for the next. KMS signs messages of up to 4,096 bytes ("Sign", AWS KMS
 * API Reference), and each page takes about 90 of the seal's: 20 pages leave room enough.
 */
export const headsInSeal = 20 * headsInPage;

/** The next seal and its pages. Pure. */
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

/** The text that is signed: the seal's document as it is stored, so that any tool can check it. */
export function signedText(seal: Seal): string {
  return canonicalJson(seal);
}

export function headOf(chain: string, { count, hash }: ChainHead): SealedHead {
  return [chain, count, hash];
}
