import * as z from 'zod/mini';
import type { Executions } from '../../executions/executions.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Locks } from '../../ledger/lock.ts';
import type { RequestRecord } from '../../ledger/records.ts';
import { eachOf } from '../pump/outcomes.ts';

export const findRequestsInput = z.union([
  /** From govern-request, for itself. */
  z.object({
    executionArn: z.string(),
    caller: z.literal('govern-request'),
    ending: z._default(z.boolean(), false),
  }),
  /** The event that an execution of ours ended badly. */
  z.object({ detail: z.object({ executionArn: z.string(), status: z.string() }) }),
  z.object({ sweep: z.literal(true) }),
]);
export type FindRequestsInput = z.output<typeof findRequestsInput>;

/** A request to settle. `ending`: it is also to be closed, since nobody else will. */
export interface ToSettle {
  requestId: string;
  ending: boolean;
  died: string;
}

/** How many requests one execution settles, side by side: the rest wait for the next sweep. */
const settledAtOnce = 40;
/** How many open requests a sweep looks at, the oldest first. */
const sweptAtOnce = 1_000;

export interface Found {
  requests: ToSettle[];
  /** Of a sweep: how many requests wait where most wait for one lock. */
  longestQueue?: number;
}

interface FindServices {
  ledger: Ledger;
  locks: Locks;
  executions: Executions;
}

/** The open requests that nobody carries on: whose own execution is dead, or that ask for it themselves. */
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
