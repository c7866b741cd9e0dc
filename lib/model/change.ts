import type { Step } from './plan.ts';
import type { PendingResidual, Severity, Violation, Waiver } from './policy.ts';
import type { Header } from './request.ts';

/**
 * ITIL 4, "Change enablement": `standard` is pre-approved (by policy: no rule requires an approval), `normal` waits for
 * its approvals, and `emergency` runs at once and is reviewed afterwards.
 */
export type ChangeType = 'standard' | 'normal' | 'emergency';

/**
 * An emergency change is `ReviewDue` or `ReviewOverdue` after its run until it is reviewed. `Rejected`, `Withdrawn`,
 * `Expired`, `Refused` (by a rule on who may submit) and `Closed` are final.
 */
export type ChangeStatus =
  | 'AwaitingApproval'
  | 'Approved'
  | 'Rejected'
  | 'Withdrawn'
  | 'Expired'
  | 'Refused'
  | 'ReviewDue'
  | 'ReviewOverdue'
  | 'Closed';

/**
 * The speaker, proven by the credentials that signed the request. A voice is one person or one machine with any number
 * of sessions: `sso/USERNAME` (Identity Center), `user/NAME` or `user/ACCOUNT/NAME` (IAM user), `role/NAME` or
 * `role/ACCOUNT/NAME` (any other role, with any session name), `source/NAME` (a sender on the bus, which proves no
 * person).
 */
export interface Speaker {
  voice: string;
  /** The principal as IAM names it. For a sender on the bus, its source. */
  arn: string;
  /** A role that people may assume. The speaker may be any of them, so its decisions don't count. */
  shared?: true;
}

export type DecisionKind = 'approve' | 'reject' | 'withdraw';

/** A decision on a capsule. Written once for each voice and capsule, only by the front door. */
export interface Decision {
  changeId: string;
  capsuleHash: string;
  kind: DecisionKind;
  speaker: Speaker;
  reason: string;
  /** ISO 8601 instant. */
  at: string;
}

/** An approval that a governance policy requires. */
export interface RequiredApproval {
  /** `service-owner`, `change-authority`, or another level in the settings. */
  level: string;
  /** Number of distinct voices that must approve. */
  quorum: number;
  groups: string[];
  /** The eligible voices: members of the groups when the capsule was sealed. */
  eligible: string[];
  /** The governance policies that require it, with their messages. */
  because: { rule: string; message: string }[];
}

export type RiskLevel = 'low' | 'medium' | 'high';

/** An exposure of a step's contents, which raises the risk of its change. */
export interface Exposure {
  /** `rights`, `trust`, `network`...: docs/change-management.md lists them. */
  kind: string;
  level: Exclude<RiskLevel, 'low'>;
  step: string;
  /** Dotted path of the property. Empty for the resource as a whole. */
  path: string;
  message: string;
}

/** The risk of a plan. Governance policies read it as attributes of the change. */
export interface Risk {
  level: RiskLevel;
  creates: number;
  updates: number;
  replaces: number;
  deletes: number;
  /** Number of assets outside the plan that depend on what it changes, directly or indirectly. */
  blastRadius: number;
  /** Number of steps that delete or replace resources with data, or that can't be rolled back. */
  irreversibleSteps: number;
  /** Number of steps that delete resources with data. */
  dataLosses: number;
  /** Resource types that this environment has no asset of yet. */
  novelTypes: string[];
  policyWarnings: number;
  pendingResiduals: number;
  exceptions: number;
  /** The exposures of the plan's steps, the worst first. */
  exposed: Exposure[];
  /** Whether the rehearsed rollback restored the exact state. `none` if there was nothing to rehearse. */
  rehearsal: 'passed' | 'failed' | 'none';
}

/** A step as an approver sees it: everything it sends, changes or removes, without data of the run. */
export interface CapsuleStep extends Omit<Step, 'inverse' | 'relationships'> {
  irreversible?: string;
  /** For a step without an inverse: why nothing has to be rolled back. */
  nothingToUndo?: string;
}

/** An asset that the plan changes, or one that depends on it. */
export interface ImpactedAsset {
  assetId: string;
  logicalId: string;
  type: string;
  scope: string;
  version: number;
  relation: 'changed' | 'dependent';
}

/** The rehearsal of the plan on a model of the cloud with the live state, before approval. */
export interface Rehearsal {
  /**
   * `none`: there were no steps. `failed`: the rollback doesn't restore what the plan says, or the result is unknown.
   */
  outcome: 'passed' | 'failed' | 'none';
  /** The rehearsed plan. A rehearsal applies to no other plan. */
  planHash?: string;
  /** The initial state of the model: resources as read, or for a very large plan, as last seen. */
  seed: 'live' | 'inventory';
  /** Number of steps on the model, and of steps in their rollback. */
  steps: number;
  undoSteps: number;
  /** Differences between the state after the rollback and the state before. */
  differences: { resource: string; path: string; message: string }[];
  /** What can't be rolled back, and why. */
  irreversible: { step: string; reason: string }[];
}

/** When the plan may run. */
export interface ChangeWindow {
  /** Names of the calendars that were checked. */
  calendars: string[];
  /** The next opening at sealing. Absent if the window was open, or if no opening was found. */
  opensAt?: string;
  closesAt?: string;
  /** Why the window is closed. */
  reason?: string;
  /** The freeze that keeps it closed, by title and calendar. */
  freeze?: string;
  /** Seconds from submission until the change may run. Absent if it may run at once. */
  waitsSeconds?: number;
  /** Why the calendars don't delay this change, if a governance policy lets it bypass them. */
  bypass?: string;
}

/** How often a scope or service scaled, and when the change was sealed. */
export interface ScalingTimes {
  /** Steps of its scope or service within 24 hours that only scale, including its own. */
  dayScales: number;
  /** The hour of the day, UTC. */
  utcHour: number;
  /** Scaling asks for a capacity beyond its policy: the bounds, the schedule or the rate that the manifest declares. */
  beyond?: true;
}

/** Another open change on the same assets. */
export interface Overlap {
  changeId: string;
  requestId: string;
  /** Logical ids of the common assets. */
  assets: string[];
}

/**
 * What an approver approves, stored as a whole and addressed by the SHA-256 of its canonical JSON (RFC 8785). Large
 * parts are separate documents, named by hash. The ledger stores the decisions by the capsule's hash.
 */
export interface Capsule {
  version: 1;
  changeId: string;
  requestId: string;
  attempt: number;
  type: ChangeType;
  header: Header;
  requester: Speaker;
  scope: string;
  desiredHash: string;
  planHash: string;
  /** Hash of the inverse plan's document: what a rollback of the whole plan would do. */
  inverseHash?: string;
  bundleHash: string;
  verdictsHash: string;
  /** Hash of the governance policies and levels that decided on the approvals. */
  governanceHash: string;
  violations: Violation[];
  /** Exceptions in use: those of the settings, and those that this request asks for. */
  waived: Waiver[];
  pending: PendingResidual[];
  steps: CapsuleStep[];
  impact: ImpactedAsset[];
  overlaps: Overlap[];
  risk: Risk;
  approvals: RequiredApproval[];
  /** Points of the standard changes of the scope or service within 24 hours, including this one's. */
  dayPoints: number;
  /** Only if some of its steps only scale. */
  scaling?: ScalingTimes;
  window: ChangeWindow;
  /** Predicted by the scheduler on a virtual clock, with durations from history if available. */
  predicted: { doSeconds: number; undoSeconds: number };
  rehearsal: Rehearsal;
  highestSeverity?: Severity;
}
