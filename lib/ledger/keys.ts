import type { Condition, Key } from '../dynamodb/table.ts';
import type { ChangeStatus } from '../model/change.ts';

const padded = (number: number, digits: number) => String(number).padStart(digits, '0');

/** Keys of the `Ledger` table: one function for each kind of item. */
export const ledgerKeys = {
  request: (requestId: string): Key => ({ pk: `REQUEST#${requestId}`, sk: 'REQUEST' }),
  /** The request of an execution, by the execution's ARN. */
  execution: (executionArn: string): Key => ({ pk: `EXECUTION#${executionArn}`, sk: 'REQUEST' }),
  change: (changeId: string): Key => ({ pk: `CHANGE#${changeId}`, sk: 'CHANGE' }),
  /** An audit chain has a head, entries numbered from 1, and a marker for each entry's own key. */
  chainHead: (chain: string): Key => ({ pk: chain, sk: 'HEAD' }),
  chainEntry: (chain: string, number: number): Key => ({ pk: chain, sk: `ENTRY#${padded(number, 8)}` }),
  chainMarker: (chain: string, key: string): Key => ({ pk: chain, sk: `MARKER#${key}` }),
  /** The decision of one voice on one capsule of a change. */
  decision: (changeId: string, capsuleHash: string, voice: string): Key => ({
    pk: `DECISION#${changeId}`,
    sk: `${capsuleHash}#${voice}`,
  }),
  /** Who submitted a request through the front door, and what. */
  asked: (requestId: string): Key => ({ pk: `ASKED#${requestId}`, sk: 'ASKED' }),
  /** The token of the task that waits for people or for time, for one change. */
  wait: (changeId: string): Key => ({ pk: `WAIT#${changeId}`, sk: 'WAIT' }),
  /** Seals are numbered from 1. */
  seal: (number: number): Key => ({ pk: seals, sk: `SEAL#${padded(number, 8)}` }),
  run: (runId: string): Key => ({ pk: `RUN#${runId}`, sk: 'RUN' }),
  /** The journal of a step: what was sent and its result, written by the function that calls the provider. */
  step: (runId: string, index: number): Key => ({ pk: `STEP#${runId}`, sk: padded(index, 5) }),
  /** What the child execution of a step records. It has no authority and isn't part of the journal. */
  task: (runId: string, index: number): Key => ({ pk: `TASK#${runId}`, sk: padded(index, 5) }),
  /** Why a run starts nothing more. */
  stop: (runId: string): Key => ({ pk: `STOP#${runId}`, sk: 'STOP' }),
  /** The binding of a scope: its service, its owner and who may submit requests for it. */
  binding: (scope: string): Key => ({ pk: `BINDING#${scope}`, sk: 'BINDING' }),
  /** Scopes have exactly one slash, so keys don't collide. */
  serviceBinding: (environment: string, service: string): Key => ({
    pk: `BINDING#service/${environment}/${service}`,
    sk: 'BINDING',
  }),
  /** A side that failed the analysis of a shift. */
  failedSide: (assetId: string, side: string): Key => ({ pk: `FAILED-SIDE#${assetId}`, sk: side }),
  /** What a person asked of a shift, in the order of arrival. */
  directive: (requestId: string, order: string): Key => ({ pk: `DIRECTIVE#${requestId}`, sk: order }),
  lock: (scope: string): Key => ({ pk: `SCOPE#${scope}`, sk: 'LOCK' }),
  /** The points of a change for a scope or service on a day. */
  tally: (sum: string, day: string, changeId: string): Key => ({ pk: `TALLY#${sum}#${day}`, sk: changeId }),
  budget: ({ provider, account, region }: { provider: string; account: string; region: string }): Key => ({
    pk: `BUDGET#${provider}#${account}#${region}`,
    sk: 'BUDGET',
  }),
};

/**
 * The audit chains of changes and assets. They have their own partitions, which more functions may write than the
 * records.
 */
export type ChangeChain = `CHAIN#CHANGE#${string}`;
export type AssetChain = `CHAIN#ASSET#${string}`;
export const changeChain = (changeId: string): ChangeChain => `CHAIN#CHANGE#${changeId}`;
export const assetChain = (assetId: string): AssetChain => `CHAIN#ASSET#${assetId}`;

/** The index of requests and changes by status. */
export const openIndex = { name: 'open', pk: 'openPk', sk: 'openSk' };
export const openRequests = 'OPEN';
/** The index partition of ended requests. */
export const endedRequests = 'REQUEST-ENDED';
/** The attributes that mark a request as open. */
export const requestIsOpen = {
  expression: 'openPk = :open',
  values: { ':open': openRequests },
} as const satisfies Condition;

/** The partition of all seals, and of the heads of chains that changed since their last seal. */
export const seals = 'SEAL#LEDGER';
export const unsealedHeads = 'UNSEALED';

/** The index partitions of a change by its status: in progress, to review, ended. */
export const changeLists = ['CHANGE-OPEN', 'CHANGE-REVIEW', 'CHANGE-ENDED'] as const;
export type ChangeList = (typeof changeLists)[number];

export function changeListOf(status: ChangeStatus): ChangeList {
  if (status === 'AwaitingApproval' || status === 'Approved') return 'CHANGE-OPEN';
  return status === 'ReviewDue' || status === 'ReviewOverdue' ? 'CHANGE-REVIEW' : 'CHANGE-ENDED';
}
