import { countDecisions } from '../change/approvals.ts';
import type { ChainedEntry } from '../ledger/audit-chain.ts';
import type { ChangeEntryName } from '../model/audit-entries.ts';
import type { Binding } from '../model/binding.ts';
import type { Decision } from '../model/change.ts';
import type { Bundle } from './bundle.ts';
import { type ChangeTrail, changeOfChain, decisionOf, emptyTrail } from './change-trail.ts';
import type { Report } from './finding.ts';
import { formProblem, isEntry, type ReadEntry } from './forms.ts';
import { verifyDerived, verifyOpening } from './verify-openings.ts';
import { verifyRun, verifySteps } from './verify-runs.ts';

/**
 * Reads the trail of every change and checks each of its steps: verdicts, capsule, decisions, runs.
 *
 * @param asOf ISO 8601 instant up to which reviews may be outstanding
 * @returns the trails by change
 */
export function verifyChanges(bundle: Bundle, asOf: string, report: Report): Map<string, ChangeTrail> {
  const trails = new Map<string, ChangeTrail>();
  for (const [chain, entries] of bundle.chains) {
    const changeId = changeOfChain(chain);
    if (changeId === undefined) continue;
    const trail = emptyTrail(chain, bundle, report);
    for (const entry of entries) read(trail, entry);
    verifyReviews(trail, entries, asOf);
    trails.set(changeId, trail);
  }
  return trails;
}

function read(trail: ChangeTrail, entry: ChainedEntry): void {
  const lacking = formProblem('change', entry);
  if (lacking === undefined) readerOf(entry)?.(trail, entry);
  else trail.problem('EntryForm', entry.number, `the detail of ${entry.event}`, lacking);
}

type Problem = [expected: string, found: string];

type Readers = { [Name in ChangeEntryName]?: (trail: ChangeTrail, entry: ReadEntry<Name>) => void };

/** What each entry adds to the state of its change. Entries without authority have no row. */
const readers: Readers = {
  RequestReceived: (trail, { actor, detail }) => {
    trail.asker ??= actor;
    trail.askedHash ??= detail.desiredHash ?? '';
    trail.desiredHash ??= trail.askedHash;
  },
  ScopeBound: (trail, { detail }) => {
    const { as, ...binding } = detail;
    trail.bound ??= { binding: binding as Binding, as };
  },
  PlanMade: (trail, { number, detail }) => {
    trail.plans.add(detail.planHash);
    if (detail.desiredHash !== undefined) verifyDerived(trail, number, detail.desiredHash);
  },
  PolicyEvaluated: (trail, { detail }) => void trail.verdicts.set(detail.verdictsHash, detail.decision),
  PlanRehearsed: (trail, { detail }) => void trail.rehearsals.add(detail.rehearsalHash),
  ChangeOpened: verifyOpening,
  DecisionRecorded: decided,
  ChangeApproved: approved,
  CapsuleStale: (trail, { capsule = '' }) => {
    const opening = trail.openings.get(capsule);
    if (opening !== undefined) opening.stale = true;
  },
  Revalidated: (trail, { detail }) => void trail.calendars.set(detail.planHash, detail.calendarsHash ?? ''),
  RegistrationRefused: (trail, { detail }) => void trail.refused.add(`${detail.runId} ${detail.step}`),
  UndoPlanned: (trail, { detail }) => void trail.undoes.set(detail.planHash, detail.runId),
  RunBegun: verifyRun,
  StepsStarted: verifySteps,
  RunEnded: (trail, { number, detail }) => ended(trail, number, detail, detail.succeeded),
  RunSettled: (trail, { number, detail }) => ended(trail, number, detail, detail.steps.Succeeded ?? 0),
  ChangeReviewDue: (trail, { capsule = '', detail }) =>
    void trail.reviewBy.set(capsule, detail.reviewBy ?? ''),
  ChangeReviewed: reviewed,
};

/** The table types each row by its name; this is the one place that matches a name with its row. */
function readerOf({ event }: ChainedEntry) {
  return readers[event as ChangeEntryName] as ((trail: ChangeTrail, entry: ChainedEntry) => void) | undefined;
}

function decided(trail: ChangeTrail, entry: ReadEntry<'DecisionRecorded'>): void {
  const decision = decisionOf(trail, entry);
  const problem = ineligible(trail, decision, entry.actor);
  if (problem !== undefined) trail.problem('DecisionEligibility', entry.number, ...problem);
  trail.decisions.push(decision);
}

/**
 * Returns the problem if a decision came from an ineligible voice, was of the wrong kind, or came at the wrong time.
 */
function ineligible(trail: ChangeTrail, decision: Decision, actor: string): Problem | undefined {
  const { capsuleHash, kind, at, speaker } = decision;
  const { voice } = speaker;
  const opening = trail.openings.get(capsuleHash);
  if (voice !== actor) return [`a decision of ${actor}`, `one of ${voice}`];
  if (opening === undefined) return ['a capsule that was opened before', `capsule ${capsuleHash}`];
  const { capsule, expiresAt } = opening;
  const requester = capsule.requester.voice;
  if (trail.decisions.some((one) => one.capsuleHash === capsuleHash && one.speaker.voice === voice))
    return [`one decision of ${voice} on a capsule`, `a second: ${kind}`];
  if (kind === 'withdraw')
    return voice === requester
      ? undefined
      : [`a withdrawal by ${requester}, who asked for it`, `one by ${voice}`];
  if (voice === requester) return [`to ${kind}: anyone but the requester`, voice];
  const eligible = [...new Set(capsule.approvals.flatMap((one) => one.eligible))].sort();
  if (!eligible.includes(voice)) return [`to ${kind}: one of ${eligible.join(', ') || 'nobody'}`, voice];
  if (expiresAt !== undefined && at >= expiresAt) return [`a decision before ${expiresAt}`, `one at ${at}`];
  return undefined;
}

function ended(
  trail: ChangeTrail,
  entry: number,
  { runId, journalHash = '' }: { runId: string; journalHash?: string },
  succeeded: number,
): void {
  trail.journals.set(runId, journalHash);
  trail.ended.push({ runId, entry, succeeded });
}

function approved(trail: ChangeTrail, { number, capsule: capsuleHash = '', at }: ChainedEntry): void {
  const opening = trail.openings.get(capsuleHash);
  const count = opening && countDecisions({ ...opening, capsuleHash, decisions: trail.decisions, now: at });
  if (count?.status === 'Approved') return;
  const found =
    count === undefined ? `capsule ${capsuleHash}, which was not opened` : `${count.status} so far`;
  trail.problem('ChangeApproval', number, 'the approvals its capsule asks for', found);
}

function reviewed(trail: ChangeTrail, { number, capsule: capsuleHash = '', at }: ChainedEntry): void {
  trail.reviewed.add(capsuleHash);
  const capsule = trail.openings.get(capsuleHash)?.capsule;
  const count = capsule && countDecisions({ capsule, capsuleHash, decisions: trail.decisions, now: at });
  if (count?.status === 'Approved' || count?.status === 'Rejected') return;
  trail.problem('Review', number, 'a review by those its capsule names', count?.status ?? 'none');
}

/** Checks that an emergency change was reviewed after its run, or that there is still time. */
function verifyReviews(trail: ChangeTrail, entries: readonly ChainedEntry[], asOf: string): void {
  for (const run of trail.runs.values()) {
    const { capsule } = run;
    if (trail.openings.get(capsule)?.capsule.type !== 'emergency' || trail.reviewed.has(capsule)) continue;
    const due = trail.reviewBy.get(capsule);
    const ended = entries.find((entry) => isEntry(entry, 'RequestClosed'));
    if (due === undefined ? ended === undefined : asOf < due) continue;
    const expected = `a review of this emergency change${due === undefined ? '' : ` by ${due}`}`;
    trail.problem('Review', entries.length, expected, `none by ${asOf}`);
    return;
  }
}
