import * as z from 'zod/mini';
import type { Executions } from '../../executions/executions.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Locks } from '../../ledger/lock.ts';
import type { RequestRecord } from '../../ledger/records.ts';
import { eachOf } from '../each-of.ts';

export const findRequestsInput = z.union([
  /** From govern-request, for itself. */
  z.object({
    executionArn: z.string(),
    caller: z.literal('govern-request'),
    ending: z._default(z.boolean(), false),
  }),
  /** The event that one of our executions failed. */
  z.object({ detail: z.object({ executionArn: z.string(), status: z.string() }) }),
  z.object({ sweep: z.literal(true) }),
]);
export type FindRequestsInput = z.output<typeof findRequestsInput>;

/** A request to settle. `ending`: it must also be closed, because no execution will do so. */
export interface ToSettle {
  requestId: string;
  ending: boolean;
  died: string;
}

/** Maximum number of requests that one execution settles in parallel. The rest wait for the next sweep. */
const settledAtOnce = 40;
/** Maximum number of open requests that a sweep checks, oldest first. */
const sweptAtOnce = 1_000;

export interface Found {
  requests: ToSettle[];
  /** For a sweep: the length of the longest queue at a lock. */
  longestQueue?: number;
}

interface FindServices {
  ledger: Ledger;
  locks: Locks;
  executions: Executions;
}

/** Returns abandoned open requests: those whose execution is dead, or that ask for it themselves. */
export async function findRequests(services: FindServices, input: FindRequestsInput): Promise<Found> {
  const { ledger } = services;
  if ('caller' in input) {
    const requestId = await ledger.requestOfExecution(input.executionArn);
    const died = 'A state of its execution failed after all retries';
    return { requests: requestId === undefined ? [] : [{ requestId, ending: input.ending, died }] };
  }
  if ('detail' in input) {
    const requestId = await ledger.requestOfExecution(input.detail.executionArn);
    return { requests: await abandonedOf(services, [requestId]) };
  }
  const open = await ledger.openRequests(sweptAtOnce);
  const requests = await abandonedOf(
    services,
    open.map(({ requestId }) => requestId),
  );
  return { requests, longestQueue: await longestQueue(services, open) };
}

async function abandonedOf(services: FindServices, ids: (string | undefined)[]): Promise<ToSettle[]> {
  const requests: ToSettle[] = [];
  await eachOf(ids, async (requestId) => {
    if (requests.length >= settledAtOnce) return;
    const found = await abandoned(services, requestId);
    if (found !== undefined) requests.push(found);
  });
  return requests;
}

async function longestQueue({ locks }: FindServices, open: RequestRecord[]): Promise<number> {
  const scopes = new Set(open.flatMap(({ scope }) => scope ?? []));
  let longest = 0;
  await eachOf([...scopes], async (scope) => {
    longest = Math.max(longest, (await locks.read(scope)).queue.length);
  });
  return longest;
}

async function abandoned(
  { ledger, executions }: FindServices,
  requestId: string | undefined,
): Promise<ToSettle | undefined> {
  const request = requestId === undefined ? undefined : await ledger.findRequest(requestId);
  if (request === undefined || request.closedAt !== undefined) return undefined;
  const status = await executions.status(request.executionArn);
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return undefined;
  return {
    requestId: request.requestId,
    ending: true,
    died: `Its execution ended ${status ?? 'without a trace'}`,
  };
}
