import { listChanges, type WantedChanges } from '../../client/changes/list-changes.ts';
import { connect } from '../../client/deployment.ts';
import type { ChangeRecord } from '../../ledger/records.ts';
import { instant, span } from '../capsule-text-time.ts';
import { exitStatus, type Run } from '../command.ts';
import { printJson } from '../print-json.ts';
import { simulatedNote } from '../simulated.ts';
import { counted, type Paint, painter, table } from '../style.ts';

export const run: Run<WantedChanges & { json: boolean }> = async ({ options, terminal, environment }) => {
  const { json, ...wanted } = options;
  const deployment = await connect(environment);
  const changes = await listChanges(deployment.ledger, wanted);
  const paint = painter(terminal);
  if (json) printJson(terminal, 'changes', { changes });
  else {
    for (const line of changesText(changes, paint, deployment.at)) terminal.print(line);
    for (const line of simulatedNote(deployment, paint)) terminal.print(line);
  }
  return exitStatus.completed;
};

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
