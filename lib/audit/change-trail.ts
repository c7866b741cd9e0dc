import type { ChainedEntry } from '../ledger/audit-chain.ts';
import type { Binding } from '../model/binding.ts';
import type { Capsule, Decision } from '../model/change.ts';
import type { Bundle } from './bundle.ts';
import { documentAs, type ReadPlan } from './document-forms.ts';
import type { Check, Report } from './finding.ts';

/** A run that the trail of a change shows to have begun. */
export interface BegunRun {
  runId: string;
  /** Number of its entry. */
  entry: number;
  at: string;
  capsule: string;
  planHash: string;
  /** The steps it may carry out, by id: the asset each is about, where that stood there before. */
  steps: ReadonlyMap<string, string | undefined>;
}

/** A capsule that was put up for approval. */
export interface Opening {
  capsule: Capsule;
  at: string;
  expiresAt?: string;
  stale: boolean;
}

/** What the entries of one change add up to, as they are read one after the other. */
export interface ChangeTrail {
  chain: string;
  changeId: string;
  documents: ReadonlyMap<string, unknown>;
  /** All chains of the bundle, and whether it holds the chains of some time only. */
  bundle: Pick<Bundle, 'chains' | 'header'>;
  /** Who asked for it, as its first entry says. */
  asker?: string;
  /** What the scope was bound to when it was admitted, and whether the requester had to fit. */
  bound?: { binding: Binding; as: string };
  /** Hash of what was asked for, and of what it came to: the same, unless single assets were to change. */
  askedHash?: string;
  desiredHash?: string;
  /** The latest verdict on each document of verdicts. */
  verdicts: Map<string, string>;
  plans: Set<string>;
  /** Hashes of what came of rehearsals. */
  rehearsals: Set<string>;
  openings: Map<string, Opening>;
  decisions: Decision[];
  /** Undo plans by hash: the run they undo. */
  undoes: Map<string, string>;
  runs: Map<string, BegunRun>;
  /** Hash of the journal of each run that has ended, as its end says. */
  journals: Map<string, string>;
  /** Steps whose resource was somebody else's at registration: `RUN STEP`. */
  refused: Set<string>;
  /** Hash of the calendars that were looked at before a plan began, by plan. */
  calendars: Map<string, string>;
  /** Runs that have ended, with the entry that says so: how many of their steps were done. */
  ended: { runId: string; entry: number; succeeded: number }[];
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

export function emptyTrail(chain: string, bundle: Bundle, report: Report): ChangeTrail {
  const { documents } = bundle;
  return {
    chain,
    changeId: changeOfChain(chain) ?? '',
    documents,
    bundle,
    verdicts: new Map(),
    plans: new Set(),
    rehearsals: new Set(),
    openings: new Map(),
    decisions: [],
    undoes: new Map(),
    runs: new Map(),
    journals: new Map(),
    refused: new Set(),
    calendars: new Map(),
    ended: [],
    reviewBy: new Map(),
    reviewed: new Set(),
    problem: (check, entry, expected, found) => report({ check, chain, entry, expected, found }),
  };
}

/** The capsule of this hash; undefined where there is none that can be read as one. */
export function capsuleOf({ documents }: ChangeTrail, hash: string): Capsule | undefined {
  return documentAs('capsule', documents.get(hash));
}

export function planOf({ documents }: ChangeTrail, hash: string): ReadPlan | undefined {
  return documentAs('plan', documents.get(hash));
}

/** A decision as its entry has it. */
export function decisionOf(trail: ChangeTrail, entry: ChainedEntry): Decision {
  const { kind, speaker } = entry.detail as Pick<Decision, 'kind' | 'speaker'>;
  const { capsule: capsuleHash = '', reason = '', at } = entry;
  return { changeId: trail.changeId, capsuleHash, kind, speaker, reason, at };
}
