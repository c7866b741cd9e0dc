import { type ChangeList, changeListOf, changeLists } from '../../ledger/keys.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ChangeRecord } from '../../ledger/records.ts';
import { instant, span } from '../capsule-text-time.ts';
import { exitStatus, type Run } from '../command.ts';
import { connect } from '../deployment.ts';
import { counted, type Paint, painter, table } from '../style.ts';

interface Wanted {
  environment?: string;
  status?: string;
}

/** Ended changes that are listed where no status is asked for. */
const endedShown = 20;

export const run: Run<Wanted & { json: boolean }> = async ({ options, terminal, environment }) => {
  const { json, ...wanted } = options;
  const { ledger, at } = await connect(environment);
  const changes = (await find(ledger, wanted)).filter((change) => fits(change, wanted));
  if (json) terminal.print(JSON.stringify({ changes }, null, 2));
  else for (const line of changesText(changes, painter(terminal), at)) terminal.print(line);
  return exitStatus.completed;
};

/** What is under way first, then what is to be reviewed, then what ended lately. */
async function find(ledger: Ledger, { status }: Wanted): Promise<ChangeRecord[]> {
  const lists: readonly ChangeList[] =
    status === undefined ? changeLists : [changeListOf(status as ChangeRecord['status'])];
  const found = await Promise.all(
    lists.map((list) =>
      ledger.changes(list, status === undefined && list === 'CHANGE-ENDED' ? endedShown : undefined),
    ),
  );
  return found.flat().map(withoutKeys);
}

function withoutKeys(change: ChangeRecord): ChangeRecord {
  const keys = new Set(['pk', 'sk', 'openPk', 'openSk']);
  return Object.fromEntries(
    Object.entries(change).filter(([name]) => !keys.has(name)),
  ) as unknown as ChangeRecord;
}

function fits(change: ChangeRecord, { environment, status }: Wanted): boolean {
  return (
    (environment === undefined || change.environment === environment) &&
    (status === undefined || change.status === status)
  );
}

export function changesText(changes: readonly ChangeRecord[], paint: Paint, now: string): string[] {
  if (changes.length === 0) return ['No changes.'];
  const heading = ['Change', 'Status', 'Risk', 'Type', 'Environment', 'Service', 'Requester', 'Opened', ''];
  const rows = changes.map((change) => [
    change.changeId,
    change.status,
    change.riskLevel,
    change.type,
    change.environment,
    change.service,
    change.requester.voice,
    instant(change.openedAt),
    noteOn(change, now),
  ]);
  return [
    ...table([heading.map((text) => (text === '' ? '' : paint('strong', text))), ...rows], ''),
    paint('quiet', `${counted(changes.length, 'change')}; \`baton changes show CHANGE\` shows one`),
  ];
}

function noteOn({ status, expiresAt, reviewBy, reason = '' }: ChangeRecord, now: string): string {
  if (status === 'AwaitingApproval' && expiresAt !== undefined) return `expires ${span(now, expiresAt)}`;
  if (status === 'ReviewDue' && reviewBy !== undefined) return `review due ${span(now, reviewBy)}`;
  if (status === 'ReviewOverdue' && reviewBy !== undefined) return `review was due ${span(now, reviewBy)}`;
  return reason.length > 60 ? `${reason.slice(0, 59)}…` : reason;
}
