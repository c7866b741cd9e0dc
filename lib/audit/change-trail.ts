import type { ChainedEntry } from '../ledger/audit-chain.ts';
import type { Decision } from '../model/change.ts';
import type { Check, Report } from './finding.ts';
import { capsuleForm, planForm, type ReadCapsule, type ReadPlan, verdictsForm } from './forms.ts';

/** A run that the trail of a change shows to have begun. */
export interface BegunRun {
  runId: string;
  at: string;
  capsule: string;
  planHash: string;
  /** The steps it may carry out, by id: the asset each is about, where that stood there before. */
  steps: ReadonlyMap<string, string | undefined>;
}

/** A capsule that was put up for approval. */
export interface Opening {
  capsule: ReadCapsule;
  at: string;
  expiresAt?: string;
  stale: boolean;
}

/** What the entries of one change add up to, as they are read one after the other. */
export interface ChangeTrail {
  chain: string;
  changeId: string;
  documents: ReadonlyMap<string, unknown>;
  /** Who asked for it, as its first entry says. */
  asker?: string;
  /** The latest verdict on each document of verdicts. */
  verdicts: Map<string, string>;
  plans: Set<string>;
  openings: Map<string, Opening>;
  decisions: Decision[];
  /** Undo plans by hash: the run they undo. */
  undoes: Map<string, string>;
  runs: Map<string, BegunRun>;
  /** Of emergency changes, by capsule. */
  reviewBy: Map<string, string>;
  reviewed: Set<string>;
  problem(check: Check, entry: number, expected: string, found: string): void;
}

const prefix = 'CHAIN#CHANGE#';

/** The change a chain is of; undefined for chains of assets. */
export function changeOfChain(chain: string): string | undefined {
  return chain.startsWith(prefix) ? chain.slice(prefix.length) : undefined;
}

export function emptyTrail(
  chain: string,
  documents: ReadonlyMap<string, unknown>,
  report: Report,
): ChangeTrail {
  return {
    chain,
    changeId: changeOfChain(chain) ?? '',
    documents,
    verdicts: new Map(),
    plans: new Set(),
    openings: new Map(),
    decisions: [],
    undoes: new Map(),
    runs: new Map(),
    reviewBy: new Map(),
    reviewed: new Set(),
    problem: (check, entry, expected, found) => report({ check, chain, entry, expected, found }),
  };
}

/** The capsule of this hash; undefined where there is none that can be read as one. */
export function capsuleOf({ documents }: ChangeTrail, hash: string): ReadCapsule | undefined {
  return capsuleForm.safeParse(documents.get(hash)).data;
}

export function planOf({ documents }: ChangeTrail, hash: string): ReadPlan | undefined {
  return planForm.safeParse(documents.get(hash)).data;
}

/** What verdicts come to. */
export function verdictOf({ documents }: ChangeTrail, hash: string): 'allow' | 'deny' | undefined {
  return verdictsForm.safeParse(documents.get(hash)).data?.decision;
}

/** A decision as its entry has it. */
export function decisionOf(trail: ChangeTrail, entry: ChainedEntry): Decision {
  const { kind, speaker } = entry.detail as Pick<Decision, 'kind' | 'speaker'>;
  const { capsule: capsuleHash = '', reason = '', at } = entry;
  return { changeId: trail.changeId, capsuleHash, kind, speaker, reason, at };
}
