import { standingOf } from '../change/approvals.ts';
import type { ShownChange } from '../client/changes/read-change.ts';
import type { Capsule } from '../model/change.ts';
import { approvalsText, decisionsText, toDecide } from './capsule-text-approvals.ts';
import { diffText } from './capsule-text-diff.ts';
import { policyText, rehearsalText } from './capsule-text-evidence.ts';
import { risksText } from './capsule-text-risks.ts';
import { instant, span } from './capsule-text-time.ts';
import { dependencyTree } from './capsule-text-tree.ts';
import { summary } from './plan-text.ts';
import { duration, type Paint, type Tone, table } from './style.ts';
import { oneLine } from './visible.ts';

const tones: Record<Capsule['risk']['level'], Tone> = { low: 'good', medium: 'warn', high: 'bad' };

/**
 * Formats a change for an approver who has a minute: the risks first, then who must approve and when it would run, then
 * the changes, then the evidence, and how to decide. Secrets are references. `now`: ISO 8601 instant; `detail`: don't
 * truncate long values.
 */
export function capsuleText(shown: ShownChange, paint: Paint, now: string, detail = false): string[] {
  const { change, capsule, decisions } = shown;
  const { capsuleHash, expiresAt } = change;
  const approval = standingOf({ capsule, capsuleHash, decisions, now, expiresAt });
  const section = (title: string, lines: string[]) =>
    lines.length > 0 ? ['', paint('strong', title), ...lines] : [];
  const steps = summary({ steps: capsule.steps, unchanged: [] });
  return [
    ...headText(shown, paint, now),
    ...section('Risks', risksText(capsule, paint)),
    ...section('Approvals', approvalsText(shown, approval, paint)),
    ...section('Decisions', decisionsText(shown, paint)),
    ...section('When', whenText(capsule, now)),
    ...section(`Changes: ${steps}`, diffText(capsule.steps, paint, detail)),
    ...section('What waits for what', dependencyTree(capsule.steps, paint)),
    ...section('Policy', policyText(capsule, paint)),
    ...section('Rehearsal', rehearsalText(capsule, paint)),
    ...section('Sealed', hashesText(shown)),
    ...section('To decide', toDecide(shown, approval)),
  ];
}

function headText({ change, capsule }: ShownChange, paint: Paint, now: string): string[] {
  const { changeId, status, type, openedAt, expiresAt, reviewBy, reason } = change;
  const { header, scope, risk, requester } = capsule;
  const level = paint(tones[risk.level], `${risk.level} risk`);
  const article = type === 'emergency' ? 'an' : 'a';
  const until = [
    status === 'AwaitingApproval' && expiresAt && `expires ${instant(expiresAt)}, ${span(now, expiresAt)}`,
    (status === 'ReviewDue' || status === 'ReviewOverdue') &&
      reviewBy &&
      `to be reviewed by ${instant(reviewBy)}, ${span(now, reviewBy)}`,
  ].filter(Boolean);
  return [
    `${paint('strong', changeId)}  ${paint('note', status)}  ${article} ${type} change of ${scope}, ${level}`,
    `  ${paint('strong', oneLine(header.reason))}`,
    `  asked for by ${requester.voice} for ${oneLine(header.owner)}, ${instant(openedAt)}${until.map((one) => `; ${one}`).join('')}`,
    ...(reason === undefined ? [] : [`  ${status}: ${oneLine(reason)}`]),
  ];
}

function whenText({ window, predicted }: Capsule, now: string): string[] {
  const { opensAt, closesAt, reason, bypass, calendars } = window;
  const close = closesAt === undefined ? '' : `, until ${instant(closesAt)}`;
  const open =
    opensAt === undefined
      ? `as soon as it is approved${close}`
      : `from ${instant(opensAt)} (${span(now, opensAt)})${close}`;
  const never = opensAt === undefined && reason !== undefined && bypass === undefined;
  return table([
    [
      'Window',
      never ? `none in sight: ${reason}` : [open, opensAt && reason, bypass].filter(Boolean).join('; '),
    ],
    ...(calendars.length > 0 ? [['Calendars', calendars.join(', ')]] : []),
    ['To do', `about ${duration(predicted.doSeconds)}`],
    [
      'To undo',
      predicted.undoSeconds === 0 ? 'no time: no step is undone' : `about ${duration(predicted.undoSeconds)}`,
    ],
  ]);
}

function hashesText({ change, capsule }: ShownChange): string[] {
  const rows: [string, string | undefined][] = [
    ['Capsule', change.capsuleHash],
    ['Plan', capsule.planHash],
    ['Inverse', capsule.inverseHash],
    ['Verdicts', capsule.verdictsHash],
    ['Policies', capsule.bundleHash],
    ['Governance', capsule.governanceHash],
    ['Request', capsule.desiredHash],
  ];
  return table(rows.flatMap(([name, hash]) => (hash === undefined ? [] : [[name, hash]])));
}
