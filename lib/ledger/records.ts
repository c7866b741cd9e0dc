import type { ChangeStatus, ChangeType, RiskLevel, Speaker } from '../model/change.ts';
import type { Problem } from '../model/errors.ts';
import type { JsonObject, PatchOperation } from '../model/json.ts';
import type { Header } from '../model/request.ts';
import type { RequestStatus, RunStatus, StepStatus } from '../model/run.ts';

/** What the ledger holds of a request. Documents stand here by their hash. */
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
  stepCount?: number;
  /** Hash of the Verdicts document. */
  verdictsHash?: string;
  /** Hash of the Rehearsal document. */
  rehearsalHash?: string;
  /** Hash of the inverse plan that was rehearsed: what an undo of the whole plan would do. */
  inverseHash?: string;
  /** Why it was not approved: by people, by time, or by a policy on who may ask. */
  refusal?: string;
  /** When its window opens, of the one it waits or waited for last, and what kept it closed. */
  opensAt?: string;
  windowReason?: string;
  /** Who asks, where it is proven: a person by the door. */
  speaker?: Speaker;
  decision?: 'allow' | 'deny';
  changeId?: string;
  /** How often the request was planned. */
  attempt: number;
  runId?: string;
  undoRunId?: string;
  /** Set while somebody wants the request stopped and undone. */
  cancelRequestedBy?: string;
  /** Set before the request's lock is released: no run of it may begin any more. */
  closing?: true;
  /** Why the request ended as it did. */
  reason?: string;
  /** The first problems of an invalid request; the rest by `problemsHash`. */
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
  /** Hash of the capsule that is to be approved, or was. */
  capsuleHash: string;
  environment: string;
  service: string;
  requester: Speaker;
  riskLevel: RiskLevel;
  /** When an approval that has not come never will; absent where none is asked for. */
  expiresAt?: string;
  /** Reminders sent so far. */
  reminders: number;
  /** Of an emergency change: when its review is overdue. */
  reviewBy?: string;
  /** Why it is not approved, or what the review said. */
  reason?: string;
  /** The plans this change authorises: the plan, and its undo once that is made. */
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
  /** Hash of the capsule that authorises the run. */
  capsuleHash?: string;
  planHash: string;
  direction: 'forward' | 'undo';
  status: RunStatus;
  /** Rises with every tick and when the run is settled: whoever holds an older one may call no provider. */
  fence: number;
  stepCount: number;
  executionArn: string;
  /** Why the run starts nothing more; an item of its own, since who may stop a run may not say what it runs. */
  stopping?: string;
  /** The run that undoes this one: there is one at most. */
  undoneBy?: string;
  /** Ticks that came with a completion, and all ticks. */
  ticks: number;
  startedAt: string;
  endedAt?: string;
}

/** What the child execution of a step leaves for the pump and for who closes the run. */
export interface TaskRecord {
  taskToken?: string;
  /** Set when the asset is in the inventory. */
  registeredAssetId?: string;
  registrationFailure?: string;
  /** Why it is in the inventory as somebody else's. */
  registrationRefused?: string;
}

/** The journal of one step: intent before the provider call, outcome after it; with what its child execution left. */
export interface StepRecord extends TaskRecord {
  index: number;
  status: StepStatus;
  /**
   * What was intended, written before the provider is called. `seenHash` is of the payload with the values of plain
   * parameters that policies saw, where it refers to any.
   */
  intent?: { clientToken: string; payloadHash: string; seenHash?: string; atSeconds: number };
  /** Operations of this step that ended badly so far, and calls that were not taken in a row. */
  failures?: number;
  refusals?: number;
  /** The provider's token for the operation in flight. */
  operationToken?: string;
  startedAtSeconds?: number;
  retryAtSeconds?: number;
  verifyingSinceSeconds?: number;
  /** Of a `verify` step: since when all of its health checks have passed at every look, and the last look. */
  healthySinceSeconds?: number;
  lookedAtSeconds?: number;
  /** When its end was noticed. */
  finishedAtSeconds?: number;
  /** What the operation itself took, where the provider tells. */
  tookSeconds?: number;
  identifier?: string;
  /** What was sent, secrets still as references. */
  applied?: JsonObject;
  /** Of an update: what was sent, secrets still as references. */
  patch?: PatchOperation[];
  /** Of a creation under a given name: there was no such resource right before the first try. */
  absentBefore?: boolean;
  /** Live properties after the step, sensitive values hashed. */
  attributes?: JsonObject;
  /** Live properties just before the step. */
  preImage?: JsonObject;
  error?: { code: string; message: string };
  /** What its outcome alone does not say: that nothing was sent, say, or that an error was reported and it is done. */
  note?: string;
  /** Rules on `warn` that the payload breaks, and rules it breaks that a waiver excuses. */
  warned?: string[];
  waived?: string[];
}
