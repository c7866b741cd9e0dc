import type { Capsule } from '../model/change.ts';
import { governedChangeOf } from './capsule.ts';
import { decideApprovals } from './decide-approvals.ts';
import type { GovernanceRules } from './governance.ts';
import { secondsWaited } from './windows.ts';

/**
 * Tells whether a standard change that runs later than its capsule says now needs an approval: because a freeze began
 * in the meantime, or because the scope was locked for days. Changes with an approval are exempt, because the approver
 * knew that they may wait.
 * @throws GovernanceNotUsable
 */
export function asksWhenLate(
  governance: GovernanceRules,
  capsule: Capsule,
  submittedAt: string,
  now: string,
): boolean {
  const waitsSeconds = secondsWaited(submittedAt, now, true);
  if (capsule.type !== 'standard' || waitsSeconds <= (capsule.window.waitsSeconds ?? 0)) return false;
  const change = { ...governedChangeOf(capsule), type: 'normal' as const, waitsSeconds };
  return decideApprovals(governance, change).approvals.length > 0;
}
