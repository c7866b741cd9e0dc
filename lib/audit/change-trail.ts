import type { Binding } from '../model/binding.ts';
import type { Capsule, Decision } from '../model/change.ts';
import type { Bundle } from './bundle.ts';
import { documentAs, type ReadPlan } from './document-forms.ts';
import type { Check, Report } from './finding.ts';
import type { ReadEntry } from './forms.ts';

/** A run that began, according to the trail of a change. */
export interface BegunRun {
  runId: string;
  /** The number of its entry. */
  entry: number;
  at: string;
  capsule: string;
  planHash: string;
  /** The steps that it may run, by id: the asset of each, if the resource existed before. */
  steps: ReadonlyMap<string, string | undefined>;
}

/** A capsule that was opened for approval. */
export interface Opening {
  capsule: Capsule;
  at: string;
  expiresAt?: string;
  stale: boolean;
}

/** The accumulated state of one change while its entries are read in order. */
export interface ChangeTrail {
  chain: string;
  changeId: string;
  documents: ReadonlyMap<string, unknown>;
  /** All chains of the bundle, and whether it is limited to a time range. */
  bundle: Pick<Bundle, 'chains' | 'header'>;
  /** The requester, according to the first entry. */
  asker?: string;
  /** The binding of the scope at admission, and whether the requester had to match it. */
  bound?: { binding: Binding; as: string };
  /** Hash of the request's desired state, and of the derived one. They are equal unless single assets change. */
  askedHash?: string;
  desiredHash?: string;
  /** The latest decision for each verdicts document. */
  verdicts: Map<string, string>;
  plans: Set<string>;
  /** Hashes of rehearsal results. */
  rehearsals: Set<string>;
  openings: Map<string, Opening>;
  decisions: Decision[];
  /** Inverse plans by hash, with the run that they roll back. */
  undoes: Map<string, string>;
  runs: Map<string, BegunRun>;
  /** The journal hash of each ended run, from its end entry. */
  journals: Map<string, string>;
  /** Steps whose resource belonged to another owner at registration: `RUN STEP`. */
  refused: Set<string>;
  /** The hash of the calendars that were checked before a plan began, by plan. */
  calendars: Map<string, string>;
  /** Ended runs with the entry of their end and the number of completed steps. */
  ended: { runId: string; entry: number; succeeded: number }[];
  /** Review deadlines of emergency changes, by capsule. */
  reviewBy: Map<string, string>;
  reviewed: Set<string>;
  problem(check: Check, entry: number, expected: string, found: string): void;
}

const prefix = 'CHAIN#CHANGE#';

/** Returns the change of a chain, or undefined for chains of assets. */
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

/** Returns the capsule with this hash, or undefined if it is missing or unreadable. */
export function capsuleOf({ documents }: ChangeTrail, hash: string): Capsule | undefined {
  return documentAs('capsule', documents.get(hash));
}

export function planOf({ documents }: ChangeTrail, hash: string): ReadPlan | undefined {
  return documentAs('plan', documents.get(hash));
}

/** Returns the decision that an entry records. */
export function decisionOf(trail: ChangeTrail, entry: ReadEntry<'DecisionRecorded'>): Decision {
  const { capsule: capsuleHash = '', reason = '', at, detail } = entry;
  const { kind, speaker } = detail;
  return { changeId: trail.changeId, capsuleHash, kind, speaker, reason, at };
}
