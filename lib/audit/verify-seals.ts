import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { firstSealFollows, headsInSeal, type Seal, type SealRecord, signedText } from '../ledger/seal.ts';
import { InvalidInput } from '../model/errors.ts';
import type { Bundle } from './bundle.ts';
import type { Report } from './finding.ts';
import { pageForm, sealDocumentForm } from './forms.ts';

/** The given public key can't be read. */
export class KeyUnreadable extends InvalidInput {
  override readonly name = 'KeyUnreadable';
  constructor(message: string) {
    super([{ path: '', code: 'KeyUnreadable', message }]);
  }
}

/** A head in one seal. */
export interface SealedCount {
  count: number;
  hash: string;
  seal: number;
}

export interface Sealed {
  /** Heads by chain, in the order of the seals. */
  heads: Map<string, SealedCount[]>;
  /** Chains that changed within the time range of the bundle. All chains if it has no limit. */
  wanted: Set<string>;
  last?: SealRecord;
  /**
   * The times, by number, of valid seals that had room for more heads. Such a seal covers everything that was unsealed
   * then.
   */
  exhaustive: Map<number, string>;
}

/** Reads public keys in PEM format. @throws KeyUnreadable */
export function publicKeys(pems: readonly string[]): KeyObject[] {
  return pems.map((pem) => {
    try {
      return createPublicKey(pem);
    } catch (error) {
      throw new KeyUnreadable(`This is no public key in PEM form: ${(error as Error).message}`);
    }
  });
}

/** Checks that the seals are signed with one of the keys and follow each other. Returns what they cover. */
export function verifySeals(bundle: Bundle, keys: readonly KeyObject[], report: Report): Sealed {
  const { seals, documents, header } = bundle;
  const sealed: Sealed = { heads: new Map(), wanted: new Set(), last: seals.at(-1), exhaustive: new Map() };
  if (seals.length === 0)
    report({ check: 'SealSequence', expected: 'at least one seal', found: 'none: nothing is proven' });
  let previous: Pick<SealRecord, 'number' | 'hash'> & { at?: string } = firstSealFollows;
  for (const record of seals) {
    const seal = sealDocumentForm.safeParse(documents.get(record.hash)).data;
    const intact = checkSeal(record, seal, previous, keys, report);
    if (intact !== undefined) {
      const within = overlaps(header, previous.at, record.at);
      const count = intact.pages.reduce((sum, page) => sum + page.heads, 0);
      if (count < headsInSeal) sealed.exhaustive.set(record.number, record.at);
      for (const page of intact.pages) takeIn(sealed, page.hash, record.number, within, bundle, report);
    }
    previous = record;
  }
  return sealed;
}

/** Tells whether the time between two seals overlaps the bundle's time range. */
function overlaps({ from, to }: Bundle['header'], after: string | undefined, until: string): boolean {
  return (from === undefined || until >= from) && (to === undefined || after === undefined || after < to);
}

/** Returns the seal if it is valid. */
function checkSeal(
  record: SealRecord,
  seal: Seal | undefined,
  previous: Pick<SealRecord, 'number' | 'hash'>,
  keys: readonly KeyObject[],
  report: Report,
): Seal | undefined {
  const name = `seal ${record.number}`;
  const chain = 'SEAL';
  if (record.number !== previous.number + 1) {
    const expected = `seal ${previous.number + 1}`;
    report({ check: 'SealSequence', chain, entry: previous.number + 1, expected, found: name });
  }
  const entry = record.number;
  if (seal === undefined) {
    report({ check: 'SealDocument', chain, entry, expected: `document ${record.hash}`, found: 'none' });
    return undefined;
  }
  const signature = Buffer.from(record.signature, 'base64');
  const text = Buffer.from(signedText(seal));
  // Base64 decoding is lenient, so another text may decode to the same bytes.
  const exact = signature.toString('base64') === record.signature;
  const signed = exact && keys.some((key) => verify('sha256', text, { key, dsaEncoding: 'der' }, signature));
  if (!signed) {
    const expected = `a signature of ${name} by the key given`;
    report({ check: 'SealSignature', chain, entry, expected, found: `one that is not, of ${record.keyId}` });
    return undefined;
  }
  if (seal.number !== record.number || seal.previousHash !== previous.hash || seal.at !== record.at) {
    const expected = `${name} of ${record.at} after ${previous.hash}`;
    const found = `seal ${seal.number} of ${seal.at} after ${seal.previousHash}`;
    report({ check: 'SealSequence', chain, entry, expected, found });
  }
  return seal;
}

function takeIn(
  { heads, wanted }: Sealed,
  pageHash: string,
  seal: number,
  within: boolean,
  { documents }: Bundle,
  report: Report,
): void {
  const page = pageForm.safeParse(documents.get(pageHash)).data;
  if (page === undefined) {
    const expected = `document ${pageHash}, a page of seal ${seal}`;
    report({ check: 'SealDocument', chain: 'SEAL', entry: seal, expected, found: 'none' });
    return;
  }
  for (const [chain, count, hash] of page.heads) {
    const known = heads.get(chain) ?? [];
    known.push({ count, hash, seal });
    heads.set(chain, known);
    if (within) wanted.add(chain);
  }
}
