import type { Step } from './plan.ts';
import type { PendingResidual, Severity, Violation, Waiver } from './policy.ts';
import type { Header } from './request.ts';

/**
 * ITIL 4, "Change enablement": `standard` is pre-approved (by policy: no rule asks for an approval), `normal`
 * waits for its approvals, `emergency` runs at once and is reviewed afterwards.
 */
export type ChangeType = 'standard' | 'normal' | 'emergency';

/**
 * `ReviewDue` and `ReviewOverdue` are what an emergency change is after its run until somebody has reviewed it.
 * `Rejected`, `Withdrawn`, `Expired`, `Refused` (by a rule on who may ask) and `Closed` are final.
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
 * Who speaks, proven by the credentials a request was signed with.
 * A voice is one human or one machine, however many sessions it has: `sso/USERNAME` (Identity Center),
 * `user/NAME` or `user/ACCOUNT/NAME` (IAM user), `role/NAME` or `role/ACCOUNT/NAME` (any other role, whatever
 * its sessions are called), `source/NAME` (a sender on the bus, which proves no person).
 */
export interface Speaker {
  voice: string;
  /** As IAM names the principal; for a sender on the bus its source. */
  arn: string;
  /** A role that people may assume: whoever speaks may be any of them, and decides nothing. */
  shared?: true;
}

export type DecisionKind = 'approve' | 'reject' | 'withdraw';

/** What somebody decided on a capsule. Written once a voice and capsule, by the door alone. */
export interface Decision {
  changeId: string;
  capsuleHash: string;
  kind: DecisionKind;
  speaker: Speaker;
  reason: string;
  /** ISO 8601 instant. */
  at: string;
}

/** An approval that a governance policy asks for. */
export interface RequiredApproval {
  /** `service-owner`, `change-authority`, as the settings name it. */
  level: string;
  /** Distinct voices that must approve. */
  quorum: number;
  groups: string[];
  /** Voices of the groups' members when the capsule was sealed: who may give it. */
  eligible: string[];
  /** Governance policies that ask for it, with what they say. */
  because: { rule: string; message: string }[];
}

export type RiskLevel = 'low' | 'medium' | 'high';

/** What a step bears, by content: why its change is of more than low risk. */
export interface Exposure {
  /** `rights`, `trust`, `network`...: docs/change-management.md lists them. */
  kind: string;
  level: Exclude<RiskLevel, 'low'>;
  step: string;
  /** Dotted path of the property; empty where it is the resource as a whole. */
  path: string;
  message: string;
}

/** What a plan puts at stake; governance policies read it as attributes of the change. */
export interface Risk {
  level: RiskLevel;
  creates: number;
  updates: number;
  replaces: number;
  deletes: number;
  /** Assets outside the plan that depend on what it changes, directly or not. */
  blastRadius: number;
  /** Steps that delete or replace what holds data, or that can't be undone. */
  irreversibleSteps: number;
  /** Steps that delete what holds data. */
  dataLosses: number;
  /** Resource types this environment has no asset of yet. */
  novelTypes: string[];
  policyWarnings: number;
  pendingResiduals: number;
  exceptions: number;
  /** What the plan's steps bear, the worst first. */
  exposed: Exposure[];
  /** Whether undo gave back the exact state when it was rehearsed; `none` when there was nothing to rehearse. */
  rehearsal: 'passed' | 'failed' | 'none';
}

/** A step as an approver sees it: everything it sends, changes or loses, and nothing that is left to the run. */
export interface CapsuleStep extends Omit<Step, 'inverse' | 'relationships'> {
  irreversible?: string;
  /** Why nothing has to be undone, of a step without an inverse. */
  nothingToUndo?: string;
}

/** An asset the plan changes, or one that depends on such. */
export interface ImpactedAsset {
  assetId: string;
  logicalId: string;
  type: string;
  scope: string;
  version: number;
  relation: 'changed' | 'dependent';
}

/** What was tried on a model of the cloud seeded with the live state, before anybody approved. */
export interface Rehearsal {
  /** `none`: there was nothing to do. `failed`: undo does not give back what the plan says it would, or it is not known. */
  outcome: 'passed' | 'failed' | 'none';
  /** The plan that was rehearsed: a rehearsal says nothing of any other. */
  planHash?: string;
  /** What the model was seeded with: resources as they were read, or, of a very large plan, as they were last seen. */
  seed: 'live' | 'inventory';
  /** Steps carried out on the model, and steps of their undo. */
  steps: number;
  undoSteps: number;
  /** Where the state after undo differs from the state before. */
  differences: { resource: string; path: string; message: string }[];
  /** What can't be undone, and why. */
  irreversible: { step: string; reason: string }[];
}

/** When the plan may run. */
export interface ChangeWindow {
  /** Names of the calendars looked at. */
  calendars: string[];
  /** The next opening at sealing; absent when it was open, or none is in sight. */
  opensAt?: string;
  closesAt?: string;
  /** What keeps it closed. */
  reason?: string;
  /** The freeze that keeps it closed, by its title and calendar. */
  freeze?: string;
  /** Seconds from when the request was submitted to when it may run; absent where it may at once. */
  waitsSeconds?: number;
  /** Why calendars do not hold this change back, where a governance policy lets it pass. */
  bypass?: string;
}

/** Another open change on the same assets. */
export interface Overlap {
  changeId: string;
  requestId: string;
  /** Logical ids of the assets both touch. */
  assets: string[];
}

/**
 * What an approver approves, stored whole and addressed by the SHA-256 of its canonical JSON (RFC 8785).
 * Large parts are named by the hash of their own document. What is decided on it stands in the ledger, by its hash.
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
  /** Hash of the inverse plan's document: what an undo of the whole plan would do. */
  inverseHash?: string;
  bundleHash: string;
  verdictsHash: string;
  /** Hash of the governance policies and levels that decided on the approvals. */
  governanceHash: string;
  violations: Violation[];
  /** Exceptions in use: those of the settings, and those this very request asks for. */
  waived: Waiver[];
  pending: PendingResidual[];
  steps: CapsuleStep[];
  impact: ImpactedAsset[];
  overlaps: Overlap[];
  risk: Risk;
  approvals: RequiredApproval[];
  /** Points of the standard changes of the scope or the service within 24 hours, this one's included. */
  dayPoints: number;
  window: ChangeWindow;
  /** By the scheduler on a virtual clock, with durations from history where there are some. */
  predicted: { doSeconds: number; undoSeconds: number };
  rehearsal: Rehearsal;
  highestSeverity?: Severity;
}
