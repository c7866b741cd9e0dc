import type { Condition, Key } from '../dynamodb/table.ts';
import type { ChangeStatus } from '../model/change.ts';

const padded = (number: number, digits: number) => String(number).padStart(digits, '0');

/** Keys of the `Ledger` table: one function an item kind. */
export const ledgerKeys = {
  request: (requestId: string): Key => ({ pk: `REQUEST#${requestId}`, sk: 'REQUEST' }),
  /** From an execution's ARN to its request. */
  execution: (executionArn: string): Key => ({ pk: `EXECUTION#${executionArn}`, sk: 'REQUEST' }),
  change: (changeId: string): Key => ({ pk: `CHANGE#${changeId}`, sk: 'CHANGE' }),
  /** An audit chain has a head, entries numbered from 1, and a marker for each entry's own key. */
  chainHead: (chain: string): Key => ({ pk: chain, sk: 'HEAD' }),
  chainEntry: (chain: string, number: number): Key => ({ pk: chain, sk: `ENTRY#${padded(number, 8)}` }),
  chainMarker: (chain: string, key: string): Key => ({ pk: chain, sk: `MARKER#${key}` }),
  /** What one voice decided on one capsule of a change. */
  decision: (changeId: string, capsuleHash: string, voice: string): Key => ({
    pk: `DECISION#${changeId}`,
    sk: `${capsuleHash}#${voice}`,
  }),
  /** Who handed a request in at the door, and what. */
  asked: (requestId: string): Key => ({ pk: `ASKED#${requestId}`, sk: 'ASKED' }),
  /** The token of the task that waits for people or for time, of one change. */
  wait: (changeId: string): Key => ({ pk: `WAIT#${changeId}`, sk: 'WAIT' }),
  /** Seals follow each other, from number 1. */
  seal: (number: number): Key => ({ pk: seals, sk: `SEAL#${padded(number, 8)}` }),
  run: (runId: string): Key => ({ pk: `RUN#${runId}`, sk: 'RUN' }),
  /** The journal of a step: what was sent and what came of it, in the words of the function that calls the provider. */
  step: (runId: string, index: number): Key => ({ pk: `STEP#${runId}`, sk: padded(index, 5) }),
  /** What the child execution of a step leaves: no authority, and no part of the journal. */
  task: (runId: string, index: number): Key => ({ pk: `TASK#${runId}`, sk: padded(index, 5) }),
  /** Why a run starts nothing more. */
  stop: (runId: string): Key => ({ pk: `STOP#${runId}`, sk: 'STOP' }),
  /** What a scope is bound to: its service, its owner and who may ask for it. */
  binding: (scope: string): Key => ({ pk: `BINDING#${scope}`, sk: 'BINDING' }),
  /** Scopes have one slash. */
  serviceBinding: (environment: string, service: string): Key => ({
    pk: `BINDING#service/${environment}/${service}`,
    sk: 'BINDING',
  }),
  lock: (scope: string): Key => ({ pk: `SCOPE#${scope}`, sk: 'LOCK' }),
  /** What a change of a scope or service counts for on a day. */
  tally: (sum: string, day: string, changeId: string): Key => ({ pk: `TALLY#${sum}#${day}`, sk: changeId }),
  budget: ({ provider, account, region }: { provider: string; account: string; region: string }): Key => ({
    pk: `BUDGET#${provider}#${account}#${region}`,
    sk: 'BUDGET',
  }),
};

/** The audit chain of a change and of an asset: partitions of their own, which more functions may write than the records. */
export const changeChain = (changeId: string): string => `CHAIN#CHANGE#${changeId}`;
export const assetChain = (assetId: string): string => `CHAIN#ASSET#${assetId}`;

/** The index of requests and changes by how far they are. */
export const openIndex = { name: 'open', pk: 'openPk', sk: 'openSk' };
export const openRequests = 'OPEN';
/** Where requests stand once they have ended. */
export const endedRequests = 'REQUEST-ENDED';
/** Of a request: that it has not ended. */
export const requestIsOpen = {
  expression: 'openPk = :open',
  values: { ':open': openRequests },
} as const satisfies Condition;

/** Where all seals stand, and the heads of chains that moved since they were sealed last. */
export const seals = 'SEAL#LEDGER';
export const unsealedHeads = 'UNSEALED';

/** The lists a change stands in by its status: under way, to be reviewed, ended. */
export const changeLists = ['CHANGE-OPEN', 'CHANGE-REVIEW', 'CHANGE-ENDED'] as const;
export type ChangeList = (typeof changeLists)[number];

export function changeListOf(status: ChangeStatus): ChangeList {
  if (status === 'AwaitingApproval' || status === 'Approved') return 'CHANGE-OPEN';
  return status === 'ReviewDue' || status === 'ReviewOverdue' ? 'CHANGE-REVIEW' : 'CHANGE-ENDED';
}
