import { hashOf } from '../model/json.ts';
import type { Bundle } from './bundle.ts';
import type { Report } from './finding.ts';
import { isCapsule, namedByCapsule, namedByEntry } from './named-documents.ts';

/** Checks that every document matches its hash, and removes those that don't. */
export function verifyDocuments({ documents }: Bundle, report: Report): void {
  for (const [hash, document] of documents) {
    const found = hashOf(document);
    if (found === hash) continue;
    report({ check: 'DocumentAltered', expected: `document ${hash}`, found: `one whose hash is ${found}` });
    documents.delete(hash);
  }
}

/** Checks that every document named by an entry or a capsule exists. */
export function verifyNamed({ documents, chains }: Bundle, report: Report): void {
  const missing = new Set<string>();
  for (const [chain, entries] of chains)
    for (const entry of entries)
      for (const hash of namedByEntry(entry)) {
        if (missing.has(hash)) continue;
        const document = documents.get(hash);
        const further = isCapsule(document) ? namedByCapsule(document) : [];
        for (const one of [hash, ...further].filter((name) => !documents.has(name) && !missing.has(name))) {
          missing.add(one);
          const expected = `document ${one}`;
          report({ check: 'DocumentMissing', chain, entry: entry.number, expected, found: 'none' });
        }
      }
}
