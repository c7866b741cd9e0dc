import type { KeyObject } from 'node:crypto';
import type { Bundle } from './bundle.ts';
import { checks, type Finding } from './finding.ts';
import { verifyAssets, verifyInventory } from './verify-assets.ts';
import { verifyBindings } from './verify-bindings.ts';
import { type ChainCounts, verifyChains } from './verify-chains.ts';
import { verifyChanges } from './verify-changes.ts';
import { verifyDecisions } from './verify-decisions.ts';
import { verifyDocuments, verifyNamed } from './verify-documents.ts';
import { verifyOutcomes, verifySealedAuthority } from './verify-outcomes.ts';
import { verifySeals } from './verify-seals.ts';

/** What verification found, and how much it looked at. */
export interface Verification {
  /** Empty: what is sealed is proven. The first is the first break. */
  findings: Finding[];
  seals: number;
  /** Instant and hash of the newest seal: nothing is proven after it. */
  lastSeal?: { number: number; at: string; hash: string };
  entries: Pick<ChainCounts, 'sealed' | 'unsealed'>;
  changes: number;
  runs: number;
  assetChanges: number;
  documents: number;
}

/**
 * Verifies a bundle by itself, with nothing but public keys: signatures, seals, chains up to the last seal,
 * documents, and that every change of an asset was allowed by policy and approved by those who may.
 *
 * @param holding hash of a seal somebody noted earlier: one that is missing was cut off
 * @param asOf ISO 8601 instant up to which an emergency's review may be outstanding; by default the newest seal's
 */
export function verifyBundle(
  bundle: Bundle,
  keys: readonly KeyObject[],
  { asOf, holding }: { asOf?: string; holding?: string } = {},
): Verification {
  const findings: Finding[] = [];
  const report = (finding: Finding) => void findings.push(finding);
  const documents = bundle.documents.size;
  verifyDocuments(bundle, report);
  const sealed = verifySeals(bundle, keys, report);
  const { last } = sealed;
  if (holding !== undefined && !bundle.seals.some(({ hash }) => hash === holding))
    report({ check: 'SealSequence', chain: 'SEAL', expected: `seal ${holding}, as noted`, found: 'none' });
  const { upTo, ...entries } = verifyChains(bundle, sealed, report);
  verifyNamed(bundle, report);
  const trails = verifyChanges(bundle, asOf ?? last?.at ?? '', report);
  verifyBindings(trails);
  verifyDecisions(bundle, trails, report);
  const assetChanges = verifyAssets(bundle, trails, report);
  verifyOutcomes(bundle, trails, assetChanges, upTo, report);
  verifySealedAuthority(bundle, sealed, trails, assetChanges, upTo, report);
  verifyInventory(bundle, report);
  return {
    findings: inOrder(findings),
    seals: bundle.seals.length,
    ...(last && { lastSeal: { number: last.number, at: last.at, hash: last.hash } }),
    entries,
    changes: trails.size,
    runs: [...trails.values()].reduce((count, { runs }) => count + runs.size, 0),
    assetChanges: assetChanges.length,
    documents,
  };
}

/** The root first: a broken seal explains a broken chain, which explains what follows from it. */
function inOrder(findings: Finding[]): Finding[] {
  return findings.sort((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check));
}
