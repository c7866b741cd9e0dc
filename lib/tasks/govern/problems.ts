import type { Documents } from '../../documents/documents.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Problem } from '../../model/errors.ts';

/** How many problems stand in the ledger's item; all of them stand in the document it names. */
const problemsKept = 50;

/** Notes on the request why it can't be carried out as written. */
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
