import type { Verdicts, Violation } from '../model/policy.ts';
import { counted, type Paint } from './style.ts';

/** Rules waiting for run-time values that are listed one by one. */
const pendingShown = 5;

/** Violations that are listed; `--json` lists all. */
const violationsShown = 50;

/** What policy says of a request: one line if it has nothing to say, each violation with its remedy otherwise. */
export function verdictsText({ decision, judged, violations, pending }: Verdicts, paint: Paint): string[] {
  const enforced = violations.filter(({ enforcement }) => enforcement === 'enforce').length;
  const warned = violations.length - enforced;
  const counts = [
    `${counted(judged, 'verdict')}`,
    enforced > 0 && paint('bad', counted(enforced, 'violation')),
    warned > 0 && paint('warn', counted(warned, 'warning')),
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
  ];
}

/** What denies comes before what only warns; otherwise the order stays. */
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
