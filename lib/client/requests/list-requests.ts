import type { Ledger } from '../../ledger/ledger.ts';
import type { RequestRecord } from '../../ledger/records.ts';
import { finalRequestStatuses } from '../../model/run.ts';
import type { RequestSummary } from '../reports/requests.ts';

export interface WantedRequests {
  environment?: string;
  status?: string;
}

/** Number of ended requests to list if no status is given. */
const endedShown = 20;
/** Number of ended requests to search for an environment or a status, latest first. */
const endedRead = 1000;

/** Returns open requests, oldest first, and then ended requests, latest first. */
export async function listRequests(
  ledger: Pick<Ledger, 'openRequests' | 'endedRequests'>,
  wanted: WantedRequests,
): Promise<RequestSummary[]> {
  const { environment, status } = wanted;
  const fits = (request: RequestSummary) =>
    (environment === undefined || request.environment === environment) &&
    (status === undefined || request.status === status);
  const ended = status !== undefined && finalRequestStatuses.some((final) => final === status);
  const [open, closed] = await Promise.all([
    ended ? [] : ledger.openRequests(),
    status !== undefined && !ended
      ? []
      : ledger.endedRequests(environment === undefined && !ended ? endedShown : endedRead),
  ]);
  const last = closed.map(summaryOf).filter(fits);
  return [...open.map(summaryOf).filter(fits), ...(ended ? last : last.slice(0, endedShown))];
}

function summaryOf(request: RequestRecord): RequestSummary {
  const { requestId, status, header, scope, requester, speaker, createdAt, closedAt, reason } = request;
  const { changeId, runId, undoRunId, executionArn } = request;
  const { action, environment, service } = header ?? {};
  return {
    ...{ requestId, status, action, environment, service, scope },
    ...{ requester: speaker?.voice ?? requester, submittedAt: createdAt, closedAt, reason },
    ...{ changeId, runId, undoRunId, executionArn },
  };
}
