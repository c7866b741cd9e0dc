import type { Capsule } from '../model/change.ts';
import { counted, type Paint } from './style.ts';

/** Maximum number of lines of one kind. `--json` has all. */
const linesMax = 8;

/** Formats the policy results: warnings, waivers, and pending rules. */
export function policyText(
  { violations, waived, pending, highestSeverity }: Capsule,
  paint: Paint,
): string[] {
  const quiet = violations.length + waived.length + pending.length === 0;
  if (quiet)
    return [`  ${paint('good', '✓')} every rule that is enforced passes; nothing warns, waits or is excused`];
  return [
    `  ${paint('good', '✓')} no rule that is enforced is broken${highestSeverity === undefined ? '' : `; the worst warning is ${highestSeverity}`}`,
    ...limited(
      violations.map(
        ({ rule, severity, resource, path, message }) =>
          `  ${paint('warn', '!')} ${rule} (${severity})  ${resource}${path === '' ? '' : `.${path}`}: ${message}`,
      ),
    ),
    ...limited(
      waived.map(({ rule, resource, expires, source }) => {
        const by = source === 'request' ? 'asked for by this request' : 'agreed in the settings';
        return `  ${paint('note', '○')} ${rule}  ${resource}: excused until ${expires}, ${by}`;
      }),
    ),
    ...limited(
      pending.map(({ rule, resource, unknowns }) =>
        paint('quiet', `  ? ${rule}  ${resource}: waits for ${unknowns.join(', ')}`),
      ),
    ),
  ];
}

function limited(lines: string[]): string[] {
  const more = lines.length - linesMax;
  return more > 0 ? [...lines.slice(0, linesMax), `    and ${more} more`] : lines;
}

/** Formats the rehearsal on the model of the cloud and its result. */
export function rehearsalText({ rehearsal, steps }: Capsule, paint: Paint): string[] {
  const { outcome, seed, differences, undoSteps } = rehearsal;
  if (outcome === 'none') return [];
  const from =
    seed === 'live'
      ? 'the state read from the cloud'
      : 'the state the inventory last saw (the plan is too large to read everything)';
  const done = `${rehearsal.steps} of ${counted(steps.length, 'step')} and ${counted(undoSteps, 'step')} of undo on a model that began with ${from}`;
  const exactly =
    rehearsal.irreversible.length === 0
      ? 'undo gave back exactly what was there'
      : 'undo gave back what was there, but for what is listed as a risk';
  const verdict =
    outcome === 'passed'
      ? `  ${paint('good', '✓')} ${exactly}`
      : `  ${paint('bad', '✗')} undo did not give back what was there`;
  return [
    verdict,
    `    ${paint('quiet', done)}`,
    ...limited(
      differences.map(({ resource, path, message }) => {
        const where = [resource, path].filter((part) => part !== '').join('.');
        return `    ${where === '' ? '' : `${where}: `}${message}`;
      }),
    ),
  ];
}
