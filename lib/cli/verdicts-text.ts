import type { Verdicts, Violation } from '../model/policy.ts';
import { waiversUsed } from '../policy/waivers.ts';
import { counted, type Paint } from './style.ts';

/** Number of rules that wait for runtime values to list individually. */
const pendingShown = 5;

/** Number of violations to list. `--json` has all. */
const violationsShown = 50;

/** Number of resources to name for one waiver. */
const resourcesShown = 5;

/** Formats the verdicts of a request: one line without violations, and otherwise each violation with its remedy. */
export function verdictsText(verdicts: Verdicts, paint: Paint): string[] {
  const { decision, judged, violations, pending, waived } = verdicts;
  const enforced = violations.filter(({ enforcement }) => enforcement === 'enforce').length;
  const warned = violations.length - enforced;
  const counts = [
    `${counted(judged, 'verdict')}`,
    enforced > 0 && paint('bad', counted(enforced, 'violation')),
    warned > 0 && paint('warn', counted(warned, 'warning')),
    waived.length > 0 && paint('note', `${waived.length} excused by waivers`),
    pending.length > 0 && `${pending.length} pending until values are known`,
  ].filter(Boolean);
  const word = decision === 'allow' ? paint('good', 'allowed') : paint('bad', 'denied');
  return [
    `${paint('strong', 'Policy')}: ${word} (${counts.join(', ')})`,
    ...worstFirst(violations)
      .slice(0, violationsShown)
      .flatMap((violation) => violationText(violation, paint)),
    ...(violations.length > violationsShown
      ? [`   and ${counted(violations.length - violationsShown, 'more', 'more')}`]
      : []),
    ...pending
      .slice(0, pendingShown)
      .map(({ rule, resource, unknowns }) =>
        paint('quiet', `   ? ${rule}  ${resource}: waits for ${unknowns.join(', ')}`),
      ),
    ...(pending.length > pendingShown
      ? [paint('quiet', `   ? and ${pending.length - pendingShown} more`)]
      : []),
    ...waivedText(verdicts, paint),
    ...(warned > 0
      ? [paint('quiet', `   Rules on warn deny nothing; enforced, they would have stopped this.`)]
      : []),
    ...(decision === 'deny' ? exceptionsOffered(verdicts, paint) : []),
  ];
}

/** Lists waivers and their resources, because an approver should see what was agreed, and until when. */
function waivedText(verdicts: Verdicts, paint: Paint): string[] {
  return waiversUsed(verdicts).flatMap(({ waiver, resources }) => {
    const { rule, approver, expires, source, reason } = waiver;
    const who = source === 'request' ? 'asked for by the request' : `agreed by ${approver}`;
    const more = resources.length > resourcesShown ? ` and ${resources.length - resourcesShown} more` : '';
    return [
      `   ${paint('note', '~')} ${paint('strong', rule)}  ${resources.slice(0, resourcesShown).join(', ')}${more}: excused until ${expires}, ${who}`,
      `     ${paint('quiet', reason)}`,
    ];
  });
}

/** Lists suppressions in metadata, which a request can't grant itself, as exceptions to request. */
function exceptionsOffered({ violations, suppressed }: Verdicts, paint: Paint): string[] {
  const denying = new Set(
    violations.flatMap((one) => (one.enforcement === 'enforce' ? [`${one.rule} ${one.resource}`] : [])),
  );
  const wanted = new Map(
    suppressed
      .toReversed()
      .map((one) => [`${one.rule} ${one.resource}`, one] as const)
      .filter(([key]) => denying.has(key)),
  );
  if (wanted.size === 0) return [];
  return [
    '',
    '   Metadata does not exempt from a rule. To ask for exceptions, put into the header of the request:',
    paint('quiet', '   exceptions:'),
    ...[...wanted.values()]
      .slice(0, violationsShown)
      .map(({ rule, resource, reason }) =>
        paint(
          'quiet',
          `     - { rule: ${rule}, resource: ${resource}, reason: ${JSON.stringify(reason ?? 'WHY')}, expires: YYYY-MM-DD }`,
        ),
      ),
  ];
}

/** Sorts denials before warnings, and keeps the order otherwise. */
function worstFirst(violations: readonly Violation[]): Violation[] {
  return violations.toSorted((a, b) => Number(a.enforcement === 'warn') - Number(b.enforcement === 'warn'));
}

function violationText(violation: Violation, paint: Paint): string[] {
  const { rule, severity, enforcement, resource, path, message, remedy } = violation;
  const [mark, tone] = enforcement === 'enforce' ? (['✗', 'bad'] as const) : (['!', 'warn'] as const);
  return [
    `   ${paint(tone, mark)} ${paint('strong', rule)} (${severity})  ${resource}${path && `.${path}`}`,
    `     ${message}`,
    ...(remedy ? [`     ${paint('quiet', remedy)}`] : []),
  ];
}
