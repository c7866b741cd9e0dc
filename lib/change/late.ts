import type { Capsule } from '../model/change.ts';
import { governedChangeOf } from './capsule.ts';
import { decideApprovals } from './decide-approvals.ts';
import type { GovernanceRules } from './governance.ts';
import { secondsWaited } from './windows.ts';

/**
 * Whether a standard change that runs later than its capsule says needs an approval by now: a freeze began meanwhile,
 * or the scope was taken for days. Whoever approves a change knows that it may take its time.
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
