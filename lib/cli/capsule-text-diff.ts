import type { CapsuleStep } from '../model/change.ts';
import { canonicalJson } from '../model/json.ts';
import { creates, ends, losesData, operations, waits } from '../model/operations.ts';
import { changeText, keptText, propertiesOf } from './change-text.ts';
import { declaredText } from './declared-text.ts';
import { shownSteps } from './plan-text.ts';
import { shiftText } from './shift-text.ts';
import { type Paint, pad } from './style.ts';
import { shownValue } from './value-text.ts';
import { oneLine } from './visible.ts';

/**
 * Formats every step with everything it sends, changes or removes: properties, health checks, other declarations of the
 * `Baton` block, and the fate of a deleted or replaced resource. Omits no step and no property. Truncates long values
 * around the difference unless `detail` is set.
 */
export function diffText(steps: readonly CapsuleStep[], paint: Paint, detail = false): string[] {
  const rankOf = ({ operation }: CapsuleStep) => operations[operation].rank;
  const shown = shownSteps({ steps }).toSorted((a, b) => rankOf(a) - rankOf(b));
  const width = Math.min(40, Math.max(0, ...shown.map(({ resource }) => resource.length)));
  return shown.flatMap((step) => stepText(step, width, paint, detail));
}

function stepText(step: CapsuleStep, width: number, paint: Paint, detail: boolean): string[] {
  const { resource, type, operation, identifier } = step;
  const { symbol, tone } = operations[operation];
  const data = losesData(step) ? paint('bad', '  (holds data)') : '';
  const which = identifier === undefined ? '' : paint('quiet', `  ${oneLine(identifier)}`);
  return [
    `${paint(tone, symbol.padStart(4))} ${pad(oneLine(resource), width)}  ${paint('quiet', oneLine(type))}${which}${data}`,
    ...propertiesText(step, paint, detail),
    ...keptText(step.kept, paint),
    ...besideText(step, paint, detail),
  ];
}

/**
 * Lists the properties of created and deleted resources. For an update, lists the changes, and with `detail` all
 * properties.
 */
function propertiesText(step: CapsuleStep, paint: Paint, detail: boolean): string[] {
  const { changes = [], desired, previous } = step;
  if (creates(step)) return propertiesOf('+', 'good', desired, paint, detail);
  if (ends(step)) return propertiesOf('-', 'bad', previous, paint, detail);
  const texts = changes.flatMap((change) => changeText(change, paint, detail));
  if (!detail) return texts;
  const sent = step.restore ?? desired;
  return [
    ...texts,
    ...(sent === undefined ? [] : ['       as a whole:', ...propertiesOf('=', 'quiet', sent, paint, true)]),
  ];
}

/** Lists what a step declares other than properties. Omits CloudFormation's defaults. */
function besideText(step: CapsuleStep, paint: Paint, detail: boolean): string[] {
  const { updatePolicy, deletionPolicy, updateReplacePolicy } = step;
  const { act, nothingToUndo, bakeSeconds, shift } = step;
  const line = (name: string, text: string) => `       ${paint('note', '·')} ${name}: ${text}`;
  const policies = Object.entries({
    DeletionPolicy: deletionPolicy,
    UpdateReplacePolicy: updateReplacePolicy,
  });
  return [
    ...actText(act).map(([name, text]) => line(name, text)),
    ...(act === undefined || nothingToUndo === undefined ? [] : [line('undo', `none: ${nothingToUndo}`)]),
    ...(waits(step) && shift === undefined ? [line('must hold for', `${bakeSeconds ?? 0} s`)] : []),
    ...shiftText(shift, waits(step)).map(([name, text]) => line(name, oneLine(text))),
    ...declaredText(step, paint, detail),
    ...(updatePolicy === undefined ? [] : [line('UpdatePolicy', shownValue(updatePolicy, detail))]),
    ...policies.filter(([, policy]) => policy !== 'Delete').map(([name, policy]) => line(name, policy)),
  ];
}

/** What an approver reads of a verb. */
function actText(act: CapsuleStep['act']): [name: string, text: string][] {
  if (act === undefined) return [];
  const { verb, harm, sends, precondition, witness, verification } = act;
  return [
    ['verb', verb],
    ['harm', harm],
    ...Object.entries(sends).map(([name, value]) => ['sends', `${name}: ${canonicalJson(value)}`]),
    ['precondition', precondition],
    ['done if there is', witness],
    ['verified by', verification],
  ].map(([name = '', text = '']) => [name, oneLine(text)]);
}
