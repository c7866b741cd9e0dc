/** The checks of a verification in the order in which they run. The names are stable. */
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

/** A failed check: what was expected and what was found. */
export interface Finding {
  check: Check;
  chain?: string;
  /** The number of the entry in its chain. */
  entry?: number;
  expected: string;
  found: string;
}

/** Records a finding. */
export type Report = (finding: Finding) => void;

/** Returns a field of an entry's detail as text. Empty if it isn't text. */
export function textOf(detail: Record<string, unknown>, name: string): string {
  const value = detail[name];
  return typeof value === 'string' ? value : '';
}
