import { countDecisions } from '../change/approvals.ts';
import type { ChainedEntry } from '../ledger/audit-chain.ts';
import type { Decision } from '../model/change.ts';
import type { Bundle } from './bundle.ts';
import {
  type ChangeTrail,
  capsuleOf,
  changeOfChain,
  decisionOf,
  emptyTrail,
  verdictOf,
} from './change-trail.ts';
import { type Report, textOf } from './finding.ts';
import { detailForms } from './forms.ts';
import { verifyRun, verifySteps } from './verify-runs.ts';

/**
 * Goes through the trail of every change and checks each step on its way: verdict, capsule, decisions, runs.
 *
 * @param asOf ISO 8601 instant up to which reviews may still be outstanding
 * @returns the trails by change
 */
export function verifyChanges(
  { chains, documents }: Bundle,
  asOf: string,
  report: Report,
): Map<string, ChangeTrail> {
  const trails = new Map<string, ChangeTrail>();
  for (const [chain, entries] of chains) {
    const changeId = changeOfChain(chain);
    if (changeId === undefined) continue;
    const trail = emptyTrail(chain, documents, report);
    for (const entry of entries) read(trail, entry);
    verifyReviews(trail, entries, asOf);
    trails.set(changeId, trail);
  }
  return trails;
}

function read(trail: ChangeTrail, entry: ChainedEntry): void {
  const form = detailForms[entry.event]?.safeParse(entry.detail);
  if (form?.success === false) {
    const found = form.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    trail.problem('EntryForm', entry.number, `the detail of ${entry.event}`, found);
  } else readers[entry.event]?.(trail, entry);
}

type Problem = [expected: string, found: string];

type Reader = (trail: ChangeTrail, entry: ChainedEntry) => void;

/** What each event says of its change; events that authorise nothing have no row. */
const readers: Record<string, Reader> = {
  RequestReceived: (trail, { actor }) => {
    trail.asker ??= actor;
  },
  PlanMade: (trail, { detail }) => void trail.plans.add(textOf(detail, 'planHash')),
  PolicyEvaluated: (trail, { detail }) =>
    void trail.verdicts.set(textOf(detail, 'verdictsHash'), textOf(detail, 'decision')),
  ChangeOpened: opened,
  DecisionRecorded: decided,
  ChangeApproved: approved,
  CapsuleStale: (trail, { capsule = '' }) => {
    const opening = trail.openings.get(capsule);
    if (opening !== undefined) opening.stale = true;
  },
  UndoPlanned: (trail, { detail }) =>
    void trail.undoes.set(textOf(detail, 'planHash'), textOf(detail, 'runId')),
  RunBegun: verifyRun,
  StepsStarted: verifySteps,
  ChangeReviewDue: (trail, { capsule = '', detail }) =>
    void trail.reviewBy.set(capsule, textOf(detail, 'reviewBy')),
  ChangeReviewed: reviewed,
};

function opened(trail: ChangeTrail, { number, capsule: hash = '', at, detail }: ChainedEntry): void {
  const capsule = capsuleOf(trail, hash);
  if (capsule === undefined) {
    trail.problem('ChangeOpening', number, `a capsule ${hash}`, 'none that can be read');
    return;
  }
  const expiresAt = textOf(detail, 'expiresAt');
  trail.openings.set(hash, { capsule, at, stale: false, ...(expiresAt === '' ? {} : { expiresAt }) });
  const { changeId, planHash, verdictsHash, requester } = capsule;
  // Who speaks on the bus is a source, no person.
  const { asker = requester.voice } = trail;
  if (requester.voice !== asker && requester.voice !== `source/${asker}`)
    trail.problem('ChangeOpening', number, `a capsule that ${asker} asked for`, `one of ${requester.voice}`);
  if (changeId !== trail.changeId)
    trail.problem('ChangeOpening', number, `a capsule of ${trail.changeId}`, `one of ${changeId}`);
  if (!trail.plans.has(planHash))
    trail.problem(
      'ChangeOpening',
      number,
      'a plan made before',
      `plan ${planHash}, of which nothing is said`,
    );
  const said = trail.verdicts.get(verdictsHash);
  const verdict = verdictOf(trail, verdictsHash);
  if (said !== 'allow' || verdict !== 'allow') {
    const found = `verdicts ${verdictsHash}: ${verdict ?? 'none'}, entered as ${said ?? 'nothing'}`;
    trail.problem('PolicyVerdict', number, 'verdicts that allow the plan', found);
  }
}

function decided(trail: ChangeTrail, entry: ChainedEntry): void {
  const decision = decisionOf(trail, entry);
  const problem = ineligible(trail, decision, entry.actor);
  if (problem !== undefined) trail.problem('DecisionEligibility', entry.number, ...problem);
  trail.decisions.push(decision);
}

/** What was expected and what is there, where somebody decided who may not, or not so, or not then. */
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
  if (voice === requester) return [`to ${kind}: anybody but the requester`, voice];
  const eligible = [...new Set(capsule.approvals.flatMap((one) => one.eligible))].sort();
  if (!eligible.includes(voice)) return [`to ${kind}: one of ${eligible.join(', ') || 'nobody'}`, voice];
  if (expiresAt !== undefined && at >= expiresAt) return [`a decision before ${expiresAt}`, `one at ${at}`];
  return undefined;
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

/** An emergency change that ran is reviewed, or still has time to be. */
function verifyReviews(trail: ChangeTrail, entries: readonly ChainedEntry[], asOf: string): void {
  for (const run of trail.runs.values()) {
    const { capsule } = run;
    if (trail.openings.get(capsule)?.capsule.type !== 'emergency' || trail.reviewed.has(capsule)) continue;
    const due = trail.reviewBy.get(capsule);
    const ended = entries.find(({ event }) => event === 'RequestClosed');
    if (due === undefined ? ended === undefined : asOf < due) continue;
    const expected = `a review of this emergency change${due === undefined ? '' : ` by ${due}`}`;
    trail.problem('Review', entries.length, expected, `none by ${asOf}`);
    return;
  }
}
