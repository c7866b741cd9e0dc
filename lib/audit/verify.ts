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

/** The result of a verification, and how much it checked. */
export interface Verification {
  /** Empty if everything sealed is proven. Otherwise the first is the first break. */
  findings: Finding[];
  seals: number;
  /** Time and hash of the newest seal. Nothing after it is proven. */
  lastSeal?: { number: number; at: string; hash: string };
  entries: Pick<ChainCounts, 'sealed' | 'unsealed'>;
  changes: number;
  runs: number;
  assetChanges: number;
  documents: number;
}

/**
 * Verifies a bundle with nothing but public keys: signatures, seals, chains up to the last seal, documents, and that
 * every change of an asset was allowed by policy and approved by eligible voices.
 *
 * @param holding hash of a seal that was noted earlier; if it is missing, the trail was truncated
 * @param asOf ISO 8601 instant up to which the review of an emergency may be outstanding; default: the newest seal's
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

/** Sorts root causes first: a broken seal explains a broken chain, which explains its consequences. */
function inOrder(findings: Finding[]): Finding[] {
  return findings.sort((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check));
}
