import type { AuditEntry } from '../ledger/audit-chain.ts';
import type { Capsule } from '../model/change.ts';

/** Fields of an entry's detail that contain the hash of a document. Other hashes there don't refer to documents. */
const fieldsOfEntries = [
  'desiredHash',
  'planHash',
  'inverseHash',
  'verdictsHash',
  'rehearsalHash',
  'sourceHash',
  'calendarsHash',
  'decisionHash',
] as const;

const hash = /^[0-9a-f]{64}$/;

/** Returns the hashes of the documents that an entry names, including the capsule. */
export function namedByEntry({ capsule, detail }: AuditEntry): string[] {
  const named = [capsule, ...fieldsOfEntries.map((field) => detail[field])];
  return named.filter((one): one is string => typeof one === 'string' && hash.test(one));
}

/** Returns the hashes of the documents that a capsule names. */
export function namedByCapsule(capsule: Capsule): string[] {
  const { desiredHash, planHash, inverseHash, verdictsHash, bundleHash, governanceHash } = capsule;
  return [desiredHash, planHash, inverseHash, verdictsHash, bundleHash, governanceHash].flatMap(
    (one) => one ?? [],
  );
}

/** Tells whether a document is a capsule: only capsules contain approvals and a governance hash. */
export function isCapsule(document: unknown): document is Capsule {
  return (
    typeof document === 'object' &&
    document !== null &&
    'governanceHash' in document &&
    'approvals' in document
  );
}
