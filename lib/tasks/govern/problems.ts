import type { Documents } from '../../documents/documents.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Problem } from '../../model/errors.ts';

/** Number of problems in the ledger's item. The document it names contains all. */
const problemsKept = 50;

/** Records on the request why it is invalid. */
export async function recordProblems(
  { ledger, documents }: { ledger: Ledger; documents: Documents },
  requestId: string,
  problems: Problem[],
  now: string,
): Promise<void> {
  await ledger.updateRequest(requestId, {
    problems: problems.slice(0, problemsKept),
    problemsHash: await documents.put(problems),
    updatedAt: now,
  });
}
