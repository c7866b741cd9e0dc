import type { CapsuleStep } from '../model/change.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import type { PropertyChange } from '../model/plan.ts';
import { named } from './capsule-text-risks.ts';
import { shownSteps, symbols, valueText } from './plan-text.ts';
import { counted, type Paint, pad } from './style.ts';

/** Steps, and changes of one step, that are listed; `--json` has all. */
const stepsMax = 60;
const changesMax = 15;

/** What gets lost or replaced first, then what changes, then what is new; each with its properties. */
const order: readonly CapsuleStep['operation'][] = ['delete', 'replace', 'update', 'retain', 'create'];

/** More than so many new resources are shown by type. */
const createsMax = 12;

export function diffText(steps: readonly CapsuleStep[], paint: Paint): string[] {
  const creates = steps.filter(({ operation }) => operation === 'create');
  if (creates.length <= createsMax) return stepsText(steps, paint);
  const others = steps.filter(({ operation }) => operation !== 'create');
  return [...stepsText(others, paint), ...byType(creates, paint)];
}

/** New resources, a line a type, the commonest first. */
function byType(creates: readonly CapsuleStep[], paint: Paint): string[] {
  const names = new Map<string, string[]>();
  for (const { type, resource } of creates) names.set(type, [...(names.get(type) ?? []), resource]);
  const rows = [...names].toSorted(([, a], [, b]) => b.length - a.length);
  const width = Math.max(...rows.map(([, { length }]) => String(length).length));
  const more = rows.length - stepsMax;
  return [
    ...rows.slice(0, stepsMax).map(([type, resources]) => {
      const count = String(resources.length).padStart(width);
      return `${paint('good', '   +')} ${count} ${type}  ${paint('quiet', named(resources))}`;
    }),
    ...(more > 0 ? [paint('quiet', `     and ${counted(more, 'more type')}; --json has them all`)] : []),
  ];
}

function stepsText(steps: readonly CapsuleStep[], paint: Paint): string[] {
  const shown = shownSteps({ steps }).toSorted(
    (a, b) => order.indexOf(a.operation) - order.indexOf(b.operation),
  );
  const more = shown.length - stepsMax;
  const width = Math.min(40, Math.max(0, ...shown.map(({ resource }) => resource.length)));
  return [
    ...shown.slice(0, stepsMax).flatMap((step) => stepText(step, width, paint)),
    ...(more > 0 ? [paint('quiet', `     and ${counted(more, 'more', 'more')}; --json has them all`)] : []),
  ];
}

function stepText(step: CapsuleStep, width: number, paint: Paint): string[] {
  const { resource, type, operation, holdsData, changes = [] } = step;
  const { symbol, tone } = symbols[operation];
  const losesData = holdsData && (operation === 'delete' || operation === 'replace');
  const data = losesData ? paint('bad', '  (holds data)') : '';
  const more = changes.length - changesMax;
  return [
    `${paint(tone, symbol.padStart(4))} ${pad(resource, width)}  ${paint('quiet', type)}${data}`,
    ...changes.slice(0, changesMax).map((change) => changeText(change, paint)),
    ...(more > 0 ? [`       and ${counted(more, 'more change', 'more changes')}`] : []),
  ];
}

function changeText({ path, before, after, replacement }: PropertyChange, paint: Paint): string {
  const forces =
    replacement === 'yes'
      ? paint('bad', '  (forces replacement)')
      : replacement === 'maybe'
        ? paint('warn', '  (may force replacement)')
        : '';
  const line = (mark: string, text: string) => `       ${mark} ${path}: ${text}${forces}`;
  const [was, is] = [shown(path, before), shown(path, after)];
  if (before === undefined) return line(paint('good', '+'), is);
  if (after === undefined) return line(paint('bad', '-'), was);
  // Written the same, it changes with what it refers to.
  if (was === is) return line(paint('warn', '~'), `${was} (as what it refers to changes)`);
  return line(paint('warn', '~'), `${was} → ${is}`);
}

/** Names of properties whose values are nobody's business, in case one ever holds a plain value. */
const secretName = /(pass(word|wd|phrase)?|secret(string|value|key)?|token|private_?key|credentials?)$/i;

function shown(path: string, value: JsonValue | undefined): string {
  const text = typeof value === 'string' ? value : '';
  if (text.startsWith('sha256:')) return '(a secret)';
  const name = path.split('.').at(-1) ?? '';
  if (secretName.test(name) && text !== '' && !text.startsWith('{{resolve:')) return '(a secret)';
  return valueText(value === undefined ? undefined : masked(value));
}

/** The value with every plain text under such a name left out. */
function masked(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(masked);
  if (!isObject(value))
    return typeof value === 'string' && value.startsWith('sha256:') ? '(a secret)' : value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const plain = typeof inner === 'string' && !inner.startsWith('{{resolve:');
      return [name, plain && secretName.test(name) ? '(a secret)' : masked(inner)];
    }),
  );
}
