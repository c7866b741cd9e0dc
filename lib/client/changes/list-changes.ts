import { type ChangeList, changeListOf, changeLists } from '../../ledger/keys.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ChangeRecord } from '../../ledger/records.ts';
import { withoutKeys } from '../without-keys.ts';

export interface WantedChanges {
  environment?: string;
  status?: string;
}

/** Ended changes that are listed where no status is asked for. */
const endedShown = 20;

/** What is under way first, then what is to be reviewed, then what ended lately. */
export async function listChanges(
  ledger: Pick<Ledger, 'changes'>,
  { environment, status }: WantedChanges,
): Promise<ChangeRecord[]> {
  const lists: readonly ChangeList[] =
    status === undefined ? changeLists : [changeListOf(status as ChangeRecord['status'])];
  const found = await Promise.all(
    lists.map((list) =>
      ledger.changes(list, status === undefined && list === 'CHANGE-ENDED' ? endedShown : undefined),
    ),
  );
  return found
    .flat()
    .filter((change) => environment === undefined || change.environment === environment)
    .filter((change) => status === undefined || change.status === status)
    .map(withoutKeys);
}
