import { CedarUnavailable } from '../cedar/cedar.ts';
import { governedChangeOf } from '../change/capsule.ts';
import { decideApprovals } from '../change/decide-approvals.ts';
import type { GovernanceRules, GovernedChange } from '../change/governance.ts';
import type { Capsule, RequiredApproval, Risk } from '../model/change.ts';
import { canonicalJson } from '../model/json.ts';
import type { ChangeTrail } from './change-trail.ts';
import { documentAs } from './document-forms.ts';
import type { Check } from './finding.ts';

type Problem = [check: Check, expected: string, found: string];

/**
 * Computes the approvals that the governance of a capsule requires, and whether it lets the requester submit.
 *
 * @param risk as derived from plan and verdicts
 */
export function verifyRequired(trail: ChangeTrail, capsule: Capsule, risk: Risk): Problem[] {
  const { governanceHash, header, approvals, type } = capsule;
  const document = trail.documents.get(governanceHash);
  // A missing document is reported elsewhere.
  if (document === undefined) return [];
  const governance = documentAs('governance', document);
  const problem = (expected: string, found: string): Problem => ['RequiredApprovals', expected, found];
  if (governance === undefined) return [problem(`governance ${governanceHash}`, 'none that can be read')];
  const asked = header.change === 'emergency' ? 'emergency' : 'normal';
  const wanted = decided(governance, { ...governedChangeOf(capsule), type: asked, risk });
  if (typeof wanted === 'string') return [problem('governance that can be asked', wanted)];
  const problems = wanted.refusals.map(({ id, message }) =>
    problem('a change that governance lets its requester ask for', `${message} (${id})`),
  );
  const due = asked === 'normal' && wanted.approvals.length === 0 ? 'standard' : asked;
  if (canonicalJson(wanted.approvals) !== canonicalJson(approvals))
    problems.push(problem(inWords(wanted.approvals), inWords(approvals)));
  else if (type !== due) problems.push(problem(`a change of type ${due}`, type));
  return problems;
}

/**
 * Returns the decision of the governance, or a message if it can't be evaluated, because its author must be verified
 * too.
 */
function decided(governance: GovernanceRules, change: GovernedChange) {
  try {
    return decideApprovals(governance, change);
  } catch (error) {
    if (error instanceof CedarUnavailable || !(error instanceof Error)) throw error;
    return error.message;
  }
}

function inWords(approvals: readonly RequiredApproval[]): string {
  const levels = approvals.map(({ level, quorum, eligible, because }) => {
    const rules = because.map(({ rule }) => rule).join(', ') || 'no rule';
    return `${quorum} of ${level} (${eligible.join(', ') || 'nobody'}) by ${rules}`;
  });
  return `approvals: ${levels.join('; ') || 'none'}`;
}
