import { wantedText } from '../client/requests/wanted-approvals.ts';
import type { ApprovalState } from '../client/requests/watch-request.ts';
import type { Decision, DecisionKind } from '../model/change.ts';
import { instant, span } from './capsule-text-time.ts';
import type { Paint, Tone } from './style.ts';
import { oneLine } from './visible.ts';

/** Describes what needs approval, by whom, and why. */
export function approvalText({ change, capsule }: ApprovalState, paint: Paint): string[] {
  const { changeId, capsuleHash, riskLevel, expiresAt } = change;
  return [
    paint(
      'strong',
      `Change ${changeId} (${capsule.type}, ${riskLevel} risk) needs approval by ${instant(expiresAt ?? '')}:`,
    ),
    ...capsule.approvals.flatMap((approval) => [
      `   ${wantedText({ capsule: { ...capsule, approvals: [approval] } })}`,
      ...approval.because.map(({ rule, message }) => `      ${message} (${paint('quiet', rule)})`),
    ]),
    ...runsFrom(capsule),
    `   capsule ${paint('quiet', capsuleHash)}`,
  ];
}

/** States when the change would run, because an approval covers that time. */
function runsFrom({ window: { opensAt, reason, bypass } }: ApprovalState['capsule']): string[] {
  if (opensAt === undefined || bypass !== undefined) return [];
  return [`   runs from ${instant(opensAt)} at the earliest: ${oneLine(reason ?? 'its window is closed')}`];
}

/** Tells when a request that waits for its window runs. */
export function windowText(opensAt: string, reason: string | undefined, now: string, paint: Paint): string[] {
  const far = opensAt > now ? `, ${span(now, opensAt)}` : '';
  return [
    paint('warn', `It waits for its window and runs from ${instant(opensAt)}${far}:`),
    ...(reason === undefined ? [] : [`   ${oneLine(reason)}`]),
  ];
}

const words: Record<DecisionKind, [text: string, tone: Tone]> = {
  approve: ['approved', 'good'],
  reject: ['rejected', 'bad'],
  withdraw: ['withdrawn', 'warn'],
};

export function decisionText({ kind, speaker, reason }: Decision, paint: Paint): string {
  const [text, tone] = words[kind];
  return `   ${paint(tone, text)} by ${speaker.voice}${reason === '' ? '' : `: ${reason}`}`;
}
