import type { ChangeStatus, ChangeType, RiskLevel, Speaker } from '../model/change.ts';
import type { Problem } from '../model/errors.ts';
import type { JsonObject, PatchOperation } from '../model/json.ts';
import type { Header } from '../model/request.ts';
import type { RequestStatus, RunStatus, StepStatus } from '../model/run.ts';
import type { ShiftState } from '../model/traffic-state.ts';

/** The record of a request. Documents are stored as hashes. */
export interface RequestRecord {
  requestId: string;
  executionArn: string;
  status: RequestStatus;
  header?: Header;
  scope?: string;
  file?: string;
  requester: string;
  /** Hash of the DesiredState document. */
  desiredHash?: string;
  planHash?: string;
  /** Ids of the assets that its plan touches, if it locks these alone; absent if it locks its whole scope. */
  touches?: string[];
  stepCount?: number;
  /** Hash of the Verdicts document. */
  verdictsHash?: string;
  /** Hash of the Rehearsal document. */
  rehearsalHash?: string;
  /** Hash of the rehearsed inverse plan: what a rollback of the whole plan would do. */
  inverseHash?: string;
  /** Why it was not approved: by people, by expiry, or by a policy on who may submit. */
  refusal?: string;
  /** When the window opens that it waits or last waited for, and what keeps it closed. */
  opensAt?: string;
  windowReason?: string;
  /** The requester, if proven: a person through the front door. */
  speaker?: Speaker;
  decision?: 'allow' | 'deny';
  changeId?: string;
  /** How often the request was planned. */
  attempt: number;
  runId?: string;
  undoRunId?: string;
  /** Set while the request is to be stopped and rolled back. */
  cancelRequestedBy?: string;
  /** Set before the request's lock is released. No run of it may begin afterwards. */
  closing?: true;
  /** Why the request ended this way. */
  reason?: string;
  /** The first problems of an invalid request. `problemsHash` names all of them. */
  problems?: Problem[];
  problemsHash?: string;
  createdAt: string;
  updatedAt: string;
  closedAt?: string;
}

export interface ChangeRecord {
  changeId: string;
  requestId: string;
  type: ChangeType;
  status: ChangeStatus;
  /** Hash of the capsule that needs or needed approval. */
  capsuleHash: string;
  environment: string;
  service: string;
  requester: Speaker;
  riskLevel: RiskLevel;
  /** When outstanding approvals expire. Absent if none are required. */
  expiresAt?: string;
  /** Number of reminders sent. */
  reminders: number;
  /** For an emergency change: when its review is overdue. */
  reviewBy?: string;
  /** Why it is not approved, or the reason in the review. */
  reason?: string;
  /** The plans that this change authorizes: the plan, and its inverse plan once that exists. */
  planHashes: string[];
  verdictsHash: string;
  bundleHash: string;
  openedAt: string;
  closedAt?: string;
}

export interface RunRecord {
  runId: string;
  requestId: string;
  changeId: string;
  /** Hash of the capsule that authorizes the run. */
  capsuleHash?: string;
  planHash: string;
  direction: 'forward' | 'undo';
  status: RunStatus;
  /** Incremented with every tick and when the run is settled. A holder of an older fence may call no provider. */
  fence: number;
  stepCount: number;
  executionArn: string;
  /**
   * Why the run starts nothing more. A separate item, because functions that may stop a run may not change what it
   * runs.
   */
  stopping?: string;
  /** The run that rolls this one back. There is at most one. */
  undoneBy?: string;
  /** Number of ticks with a completion, and of all ticks. */
  ticks: number;
  startedAt: string;
  endedAt?: string;
}

/** What the child execution of a step records for the pump and for closing the run. */
export interface TaskRecord {
  taskToken?: string;
  /** Set when the asset is in the inventory. */
  registeredAssetId?: string;
  registrationFailure?: string;
  /** Why the inventory has it as another owner's. */
  registrationRefused?: string;
}

/** Where a shift of traffic is, as its `verify` step left it. */
export interface ShiftProgress {
  state: ShiftState;
  /** How many directives of people were taken into account. */
  directives: number;
  decidedAtSeconds: number;
  /** Which rule decided, and why. */
  rule: string;
  why: string;
  /** Whether it waits for a person. */
  waits: boolean;
}

/**
 * The journal of one step: the intent before the provider call and the outcome after it, with the record of its child
 * execution.
 */
export interface StepRecord extends TaskRecord {
  index: number;
  status: StepStatus;
  /**
   * The intent, written before the provider is called. `seenHash` is the hash of the payload with the values of plain
   * parameters that policies evaluated, if it refers to any.
   */
  intent?: { clientToken: string; payloadHash: string; seenHash?: string; atSeconds: number };
  /** Number of failed operations of this step, and of consecutive calls that were not accepted. */
  failures?: number;
  refusals?: number;
  /** The provider's token for the operation in progress. */
  operationToken?: string;
  startedAtSeconds?: number;
  retryAtSeconds?: number;
  verifyingSinceSeconds?: number;
  /** The run was settled before its health checks passed. Nothing looks any more. */
  healthUnknown?: true;
  /** For a `verify` step: since when all of its health checks have passed in every poll, and the last poll. */
  healthySinceSeconds?: number;
  lookedAtSeconds?: number;
  /** For a `verify` step of a shift: where the shift is, and the last decision on it. */
  shift?: ShiftProgress;
  /** When its end was detected. */
  finishedAtSeconds?: number;
  /** The duration of the operation itself, if the provider reports it. */
  tookSeconds?: number;
  identifier?: string;
  /** What was sent, with secrets as references. */
  applied?: JsonObject;
  /** For an update: what was sent, with secrets as references. */
  patch?: PatchOperation[];
  /** For a creation with a given name: whether no such resource existed immediately before the first attempt. */
  absentBefore?: boolean;
  /** Live properties after the step, with sensitive values hashed. */
  attributes?: JsonObject;
  /** Live properties immediately before the step. */
  preImage?: JsonObject;
  error?: { code: string; message: string };
  /** A note on the outcome, such as that nothing was sent, or that it completed despite a reported error. */
  note?: string;
  /** Rules on `warn` that the payload violates, and violated rules that a waiver exempts from. */
  warned?: string[];
  waived?: string[];
}
