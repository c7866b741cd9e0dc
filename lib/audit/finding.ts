/** What verification looks at, in the order in which it looks; the word is contract. */
export const checks = [
  'SealSignature',
  'SealSequence',
  'SealDocument',
  'ChainMissing',
  'ChainBroken',
  'ChainTruncated',
  'EntryTime',
  'EntryForm',
  'DocumentAltered',
  'DocumentMissing',
  'PolicyVerdict',
  'ChangeOpening',
  'RequiredApprovals',
  'DecisionEligibility',
  'DecisionRecord',
  'ChangeApproval',
  'RunAuthority',
  'ScopeBinding',
  'UndoDerivation',
  'RunWindow',
  'Review',
  'AssetAuthority',
  'RunOutcome',
  'InventoryMatch',
] as const;
export type Check = (typeof checks)[number];

/** Where the trail does not hold: what should be there, and what is. */
export interface Finding {
  check: Check;
  chain?: string;
  /** Number of the entry in its chain. */
  entry?: number;
  expected: string;
  found: string;
}

/** Takes findings down as they are made. */
export type Report = (finding: Finding) => void;

/** A field of an entry's detail as text; empty where it is none. */
export function textOf(detail: Record<string, unknown>, name: string): string {
  const value = detail[name];
  return typeof value === 'string' ? value : '';
}
