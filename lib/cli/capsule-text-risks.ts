import type { Capsule, CapsuleStep } from '../model/change.ts';
import { losesData, removes } from '../model/operations.ts';
import { counted, type Paint, type Tone } from './style.ts';
import { oneLine } from './visible.ts';

/** Maximum number of lines of one kind, and of names on one line. The rest are counted. */
const linesMax = 6;
const namesMax = 4;

type Line = [tone: Tone, text: string];

/** Lists the risks, one on each line, the worst first. */
export function risksText(capsule: Capsule, paint: Paint): string[] {
  const lines = [
    irreversible,
    rehearsal,
    blastRadius,
    exposures,
    dayPoints,
    exceptions,
    overlaps,
    warnings,
    pending,
    novelty,
  ].flatMap((kind) => limited(kind(capsule)));
  if (lines.length === 0) return [`  ${paint('good', '✓')} none that is known`];
  return lines.map(([tone, text]) => `  ${paint(tone, tone === 'bad' ? '!' : '·')} ${text}`);
}

function limited(lines: Line[]): Line[] {
  const more = lines.length - linesMax;
  const tone = lines[0]?.[0] ?? 'quiet';
  return more > 0 ? [...lines.slice(0, linesMax), [tone, `and ${more} more of this kind`]] : lines;
}

export function named(names: readonly string[]): string {
  const more = names.length - namesMax;
  const shown = names.slice(0, namesMax).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** Lists what can't be rolled back: lost data first, then findings of the plan, then findings of only the rehearsal. */
function irreversible({ steps, rehearsal: { irreversible: found } }: Capsule): Line[] {
  const reasons = new Map<string, Set<string>>();
  const add = (id: string, reason: string) => reasons.set(id, (reasons.get(id) ?? new Set()).add(reason));
  for (const step of steps.toSorted((a, b) => Number(losesData(b)) - Number(losesData(a)))) {
    if (step.irreversible !== undefined) add(step.id, step.irreversible);
    else if (losesData(step)) for (const reason of lossOf(step, steps)) add(step.id, reason);
  }
  const said = [...reasons.keys()];
  for (const { step, reason } of found) add(step, reason);
  const line = (id: string): Line => [
    'bad',
    `${id} can't be undone: ${[...(reasons.get(id) ?? [])].join('; ')}`,
  ];
  const only = [...reasons.keys()].slice(said.length);
  const text = `${counted(only.length, 'step')} can't be undone wholly, as rehearsed: ${named(only)}`;
  return [...limited(said.map(line)), ...(only.length > 2 ? [['bad', text] as Line] : only.map(line))];
}

/** Returns data losses that the plan doesn't state. The deletion of a replaced resource covers both steps. */
function lossOf(step: CapsuleStep, steps: readonly CapsuleStep[]): string[] {
  const { resource, type } = step;
  if (removes(step)) return [`${type} holds data, which a delete loses`];
  const old = steps.find((one) => one.resource === resource && one.operation !== step.operation);
  if (old !== undefined && removes(old)) return [];
  return [`${type} holds data, and the replacement begins without; the old one is kept`];
}

function rehearsal({ rehearsal: { outcome, differences } }: Capsule): Line[] {
  if (outcome !== 'failed') return [];
  const [first] = differences;
  const where = [first?.resource, first?.path].filter(Boolean).join('.');
  const what = first === undefined ? '' : `: ${where === '' ? '' : `${where} `}${first.message}`;
  const more = differences.length > 1 ? ` (and ${differences.length - 1} more, below)` : '';
  return [['bad', `undo failed in rehearsal${what}${more}`]];
}

function blastRadius({ impact, risk }: Capsule): Line[] {
  const dependents = impact.filter(({ relation }) => relation === 'dependent');
  if (risk.blastRadius === 0) return [];
  const names = dependents.map(({ scope, logicalId }) => `${scope}/${logicalId}`);
  const what = risk.blastRadius === 1 ? 'depends' : 'depend';
  const list = names.length > 0 ? `: ${named(names)}` : '';
  return [
    ['bad', `${counted(risk.blastRadius, 'asset')} outside this plan ${what} on what it changes${list}`],
  ];
}

/** Returns the points without approval in the last day, if they exceed those of this change. */
function dayPoints({ dayPoints: points, approvals }: Capsule): Line[] {
  const asked = approvals.some(({ because }) => because.some(({ rule }) => rule === 'MANY_SMALL_CHANGES'));
  return asked ? [['warn', `${points} points of changes within 24 hours that nobody was asked about`]] : [];
}

/** Lists the exposures of the steps, which are why approval is needed. */
function exposures({ risk: { exposed } }: Capsule): Line[] {
  return exposed.map(({ kind, level, step, path, message }): Line => {
    const where = path === '' ? step : `${step} ${path}`;
    return [level === 'high' ? 'bad' : 'warn', oneLine(`${kind}: ${where} ${message}`)];
  });
}

function exceptions({ waived }: Capsule): Line[] {
  return waived.map(({ rule, resource, reason, expires, source, approver }): Line => {
    const until = `on ${resource} until ${expires}: ${reason}`;
    if (source === 'request') return ['bad', `asks to be exempt from ${rule} ${until}`];
    return [
      'warn',
      `exempt from ${rule} ${until}${approver === undefined ? '' : ` (agreed by ${approver})`}`,
    ];
  });
}

function overlaps({ overlaps: others }: Capsule): Line[] {
  return others.map(({ changeId, assets }) => [
    'warn',
    `${changeId} is open too and changes ${named(assets)}`,
  ]);
}

function warnings({ violations }: Capsule): Line[] {
  if (violations.length === 0) return [];
  const rules = [...new Set(violations.map(({ rule }) => rule))];
  const what = violations.length === 1 ? 'breaks' : 'break';
  return [['warn', `${counted(violations.length, 'place')} ${what} rules that only warn: ${named(rules)}`]];
}

function pending({ pending: residuals }: Capsule): Line[] {
  if (residuals.length === 0) return [];
  const what = residuals.length === 1 ? 'waits' : 'wait';
  const text = `${counted(residuals.length, 'verdict')} ${what} for values known only at run time; a denial then stops the run and undoes it`;
  return [['warn', text]];
}

function novelty({ risk: { novelTypes }, header }: Capsule): Line[] {
  return novelTypes.length === 0
    ? []
    : [['warn', `first of its kind in ${header.environment}: ${named(novelTypes)}`]];
}
