import { capsuleStepOf, exceptionsOf, highestSeverity } from '../change/capsule.ts';
import { riskOf } from '../change/risk.ts';
import type { Capsule } from '../model/change.ts';
import { canonicalJson, hashOf } from '../model/json.ts';
import { type ChangeTrail, capsuleOf, planOf } from './change-trail.ts';
import { documentAs, type ReadPlan, type ReadVerdicts } from './document-forms.ts';
import type { Check } from './finding.ts';
import type { ReadEntry } from './forms.ts';
import { stepsNotNamed } from './verify-named.ts';
import { verifyRequired } from './verify-required.ts';

type Problem = [check: Check, expected: string, found: string];

/**
 * Checks the capsule that was opened for approval: it belongs to the request and the requester, to an earlier plan, and
 * to verdicts that allow that plan; its contents match them; and it requires the approvals that governance requires.
 */
export function verifyOpening(
  trail: ChangeTrail,
  { number, capsule: hash = '', at, detail }: ReadEntry<'ChangeOpened'>,
): void {
  const capsule = capsuleOf(trail, hash);
  if (capsule === undefined) {
    trail.problem('ChangeOpening', number, `a capsule ${hash}`, 'none that can be read');
    return;
  }
  const { expiresAt = '' } = detail;
  trail.openings.set(hash, { capsule, at, stale: false, ...(expiresAt === '' ? {} : { expiresAt }) });
  const plan = planOf(trail, capsule.planHash);
  const verdicts = documentAs('verdicts', trail.documents.get(capsule.verdictsHash));
  const derived = plan && verdicts && derivedOf(capsule, plan, verdicts);
  const problems = [
    ...ofRequest(trail, capsule),
    ...ofPlan(trail, capsule, plan),
    ...ofWish(trail, capsule, plan),
    ...ofVerdicts(trail, capsule, verdicts),
    ...differences(capsule, derived ?? {}, 'of its plan and verdicts'),
    ...verifyRequired(trail, capsule, derived?.risk ?? capsule.risk),
  ];
  for (const [check, expected, found] of problems) trail.problem(check, number, expected, found);
}

/** The capsule belongs to this change and to the request, in the requester's name. */
function ofRequest(trail: ChangeTrail, capsule: Capsule): Problem[] {
  const { changeId, requester, desiredHash } = capsule;
  const problems: Problem[] = [];
  if (changeId !== trail.changeId)
    problems.push(['ChangeOpening', `a capsule of ${trail.changeId}`, `one of ${changeId}`]);
  const { asker } = trail;
  if (requester.voice !== asker)
    problems.push([
      'ChangeOpening',
      `a capsule that ${asker ?? 'someone'} asked for`,
      `one of ${requester.voice}`,
    ]);
  if (desiredHash !== trail.desiredHash) {
    const expected = `a capsule of what was asked for, ${trail.desiredHash ?? 'which is nothing'}`;
    problems.push(['ChangeOpening', expected, `one of ${desiredHash}`]);
  }
  const desired = documentAs('desired', trail.documents.get(desiredHash));
  if (desired === undefined)
    problems.push(['ChangeOpening', `what was asked for, ${desiredHash}`, 'none that can be read']);
  const { header, scope } = desired ?? capsule;
  return [...problems, ...differences(capsule, { header, scope }, 'of what was asked for')];
}

/** The derived state of a request for single assets must belong to the same request. */
export function verifyDerived(trail: ChangeTrail, number: number, derivedHash: string): void {
  const asked = documentAs('desired', trail.documents.get(trail.askedHash ?? ''));
  const derived = documentAs('desired', trail.documents.get(derivedHash));
  const wishOf = (desired: typeof asked) =>
    desired && hashOf({ header: desired.header, scope: desired.scope, wish: desired.wish });
  if (derived !== undefined && derived.wish?.kind === 'changes' && wishOf(derived) === wishOf(asked))
    trail.desiredHash = derivedHash;
  else
    trail.problem(
      'ChangeOpening',
      number,
      `a desired state of what was asked for, ${trail.askedHash}`,
      derivedHash,
    );
}

/** The plan was made earlier, and the rehearsal in the capsule is one of that plan. */
function ofPlan(trail: ChangeTrail, { planHash, rehearsal }: Capsule, plan: ReadPlan | undefined): Problem[] {
  const problems: Problem[] = [];
  if (!trail.plans.has(planHash))
    problems.push(['ChangeOpening', 'a plan made before', `plan ${planHash}, of which nothing is said`]);
  if (plan === undefined) problems.push(['ChangeOpening', `plan ${planHash}`, 'none that can be read']);
  // If the rehearsal died, its result is unknown, which counts as a failure.
  const held = rehearsal.outcome === 'failed' || trail.rehearsals.has(hashOf(rehearsal));
  if (!held || rehearsal.planHash !== planHash) {
    const found = `${rehearsal.outcome}, of plan ${rehearsal.planHash ?? 'none'}${held ? '' : ', of which nothing is said'}`;
    problems.push(['ChangeOpening', `a rehearsal of plan ${planHash}`, found]);
  }
  return problems;
}

/** If single assets change, the plan changes no others. */
function ofWish(trail: ChangeTrail, { desiredHash }: Capsule, plan: ReadPlan | undefined): Problem[] {
  const desired = documentAs('desired', trail.documents.get(desiredHash));
  const stray = plan === undefined ? [] : stepsNotNamed(plan, desired?.wish);
  if (stray.length === 0) return [];
  return [
    [
      'ChangeOpening',
      'a plan that changes only the named assets and what reads them',
      short(stray.join(', ')),
    ],
  ];
}

/** The verdicts allow exactly this plan. */
function ofVerdicts(
  trail: ChangeTrail,
  { planHash, verdictsHash }: Capsule,
  verdicts: ReadVerdicts | undefined,
): Problem[] {
  const said = trail.verdicts.get(verdictsHash);
  if (said !== 'allow' || verdicts?.decision !== 'allow') {
    const found = `verdicts ${verdictsHash}: ${verdicts?.decision ?? 'none'}, entered as ${said ?? 'nothing'}`;
    return [['PolicyVerdict', 'verdicts that allow the plan', found]];
  }
  if (verdicts.planHash === planHash) return [];
  return [['PolicyVerdict', `verdicts on plan ${planHash}`, `verdicts on plan ${verdicts.planHash}`]];
}

/**
 * Returns the contents of a capsule that follow from its plan and verdicts. Contents that depend on the inventory at
 * that time (impact, overlaps, new types) are not derived.
 */
function derivedOf(capsule: Capsule, plan: ReadPlan, verdicts: ReadVerdicts) {
  const { impact, rehearsal } = capsule;
  const { violations, pending, bundleHash } = verdicts;
  const waived = exceptionsOf(verdicts);
  const risk = riskOf({
    ...{ plan, verdicts, rehearsal },
    exceptions: waived.filter(({ source }) => source === 'request').length,
    blastRadius: impact.filter(({ relation }) => relation === 'dependent').length,
    novelTypes: capsule.risk.novelTypes,
  });
  const steps = plan.steps.map(capsuleStepOf);
  return { steps, violations, pending, waived, bundleHash, risk, highestSeverity: highestSeverity(verdicts) };
}

/** Returns the fields of a capsule that differ from the derived ones. */
function differences(capsule: Capsule, derived: Partial<Capsule>, source: string): Problem[] {
  return Object.entries(derived).flatMap(([name, value]): Problem[] => {
    const [expected, found] = [value, capsule[name as keyof Capsule]].map((one) =>
      canonicalJson(one ?? null),
    );
    if (expected === found) return [];
    return [['ChangeOpening', `${name} ${source}: ${short(expected)}`, short(found)]];
  });
}

function short(text = ''): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
