import { connect } from '../../client/deployment.ts';
import type { RequestSummary } from '../../client/reports/requests.ts';
import { listRequests, type WantedRequests } from '../../client/requests/list-requests.ts';
import { instant } from '../capsule-text-time.ts';
import { exitStatus, type Run } from '../command.ts';
import { printJson } from '../print-json.ts';
import { simulatedNote } from '../simulated.ts';
import { counted, type Paint, painter, table } from '../style.ts';

export const run: Run<WantedRequests & { json: boolean }> = async ({ options, terminal, environment }) => {
  const { json, ...wanted } = options;
  const deployment = await connect(environment);
  const requests = await listRequests(deployment.ledger, wanted);
  const paint = painter(terminal);
  if (json) printJson(terminal, 'requests', { requests });
  else {
    for (const line of requestsText(requests, paint)) terminal.print(line);
    for (const line of simulatedNote(deployment, paint)) terminal.print(line);
  }
  return exitStatus.completed;
};

/** Formats one line for each request, with a dash for missing values. */
export function requestsText(requests: readonly RequestSummary[], paint: Paint): string[] {
  if (requests.length === 0) return ['No requests.'];
  const heading = ['Request', 'Status', 'Environment', 'Scope', 'Requester', 'Submitted', 'Run'];
  const rows = requests.map(
    ({ requestId, status, environment, scope, requester, submittedAt, runId, undoRunId }) => [
      requestId,
      status,
      environment ?? '-',
      scope ?? '-',
      requester,
      instant(submittedAt),
      undoRunId ?? runId ?? '-',
    ],
  );
  return [
    ...table([heading.map((text) => paint('strong', text)), ...rows], ''),
    paint('quiet', `${counted(requests.length, 'request')}; \`baton watch REQUEST\` shows one`),
  ];
}
