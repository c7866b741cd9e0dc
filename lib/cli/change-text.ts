import type { JsonObject, JsonValue } from '../model/json.ts';
import type { PropertyChange } from '../model/plan.ts';
import type { KeptProperty } from '../model/wish.ts';
import type { Paint } from './style.ts';
import { differing, listDifference, shownValue } from './value-text.ts';
import { oneLine } from './visible.ts';

/** Formats properties, one on each line. */
export function propertiesOf(
  mark: string,
  tone: Parameters<Paint>[0],
  properties: JsonObject | undefined,
  paint: Paint,
  detail: boolean,
): string[] {
  return Object.entries(properties ?? {}).map(
    ([name, value]) => `       ${paint(tone, mark)} ${oneLine(name)}: ${shownValue(value, detail)}`,
  );
}

/** The text for the change `LastUpdate`. No type has a property with that name. */
const lastUpdateFailed =
  'its last update failed: values on the left were asked for and may not be there; all that differs from what is there is sent';

/** Formats one changed property. Compares values as a whole, and shows where they differ. */
export function changeText(
  { path, before, after, replacement }: PropertyChange,
  paint: Paint,
  detail = false,
): string[] {
  if (path === 'LastUpdate' && before === 'failed')
    return [`       ${paint('warn', '!')} ${lastUpdateFailed}`];
  if (path === 'Owners' && Array.isArray(before) && Array.isArray(after))
    return ownersText(before, after, paint);
  const forces =
    replacement === 'yes'
      ? paint('bad', '  (forces replacement)')
      : replacement === 'maybe'
        ? paint('warn', '  (may force replacement)')
        : '';
  const line = (tone: 'good' | 'bad' | 'warn', mark: string, text: string) =>
    `       ${paint(tone, mark)} ${oneLine(path)}: ${text}${forces}`;
  if (before === undefined) return after === undefined ? [] : [line('good', '+', shownValue(after, detail))];
  if (after === undefined) return [line('bad', '-', shownValue(before, detail))];
  if (Array.isArray(before) && Array.isArray(after)) {
    const elements = elementsText(before, after, paint, detail);
    if (elements.length > 0)
      return [line('warn', '~', `${before.length} → ${after.length} elements`), ...elements];
  }
  const [was, is] = differing(before, after, detail);
  // If the texts are equal, only the value of a reference changes.
  const same = JSON.stringify(before) === JSON.stringify(after);
  return [line('warn', '~', same ? `${was} (as what it refers to changes)` : `${was} → ${is}`)];
}

/** Formats changes of owners of property values. No type has a property `Owners`. */
function ownersText(before: JsonValue[], after: JsonValue[], paint: Paint): string[] {
  const { gone, come } = listDifference(before, after);
  const line = (owner: JsonValue, text: string) =>
    `       ${paint('note', '·')} ${oneLine(String(owner))}: ${text}`;
  const policyOf = (owner: JsonValue) => {
    const [, policy, native] =
      / \((?:(scaling|traffic) policy|(native auto scaling) by .+)\)$/.exec(String(owner)) ?? [];
    return policy ?? (native === undefined ? undefined : 'scaling');
  };
  return [
    ...come.map((owner) =>
      line(
        owner,
        policyOf(owner) !== undefined
          ? `owned by ${policyOf(owner)} from now on; the value in manifests is only the initial one`
          : 'kept from now on by manifests that do not change it',
      ),
    ),
    ...gone.map((owner) => line(owner, 'no longer kept; the manifest decides it')),
  ];
}

/** Lists properties in the manifest that keep the value of another owner. */
export function keptText(kept: readonly KeptProperty[] | undefined, paint: Paint): string[] {
  const said = (value: JsonValue | undefined) => (value === undefined ? 'nothing' : shownValue(value, false));
  return (kept ?? []).map((one) => {
    const { path, owner, value, manifest, from, requestId } = one;
    if (owner === 'native') return `       ${paint('note', '·')} ${nativeText(one, said)}`;
    const initial =
      manifest === undefined
        ? 'the manifest has none'
        : `the manifest's ${said(manifest)} is only the initial value`;
    if (owner === 'scaling')
      return (
        `       ${paint('note', '·')} kept: ${oneLine(path)} ` +
        (from === undefined
          ? `stays ${said(value)}, set by scaling; ${initial}`
          : `moves from ${said(from)} to ${said(value)}, into the bounds of scaling; ${initial}`)
      );
    if (owner === 'traffic')
      return `       ${paint('note', '·')} kept: ${oneLine(path)} stays as shifts of traffic left it; the weights in the manifest are only the initial ones`;
    const stays = value === undefined ? 'stays removed' : `stays ${said(value)}`;
    return (
      `       ${paint('note', '·')} ${oneLine(path)} ${stays}, as ${oneLine(requestId)} configured it; ` +
      `the manifest says ${said(manifest)}`
    );
  });
}

/** Says what native auto scaling decides, through which resource, and between which bounds. */
function nativeText(
  { path, value, manifest, from, by = '', bounds = {}, unresolved }: KeptProperty,
  said: (value: JsonValue | undefined) => string,
): string {
  if (unresolved !== undefined)
    return `${oneLine(by)}: it is not known what it scales, so that manifests may reset it: ${oneLine(unresolved)}`;
  const { min, max } = bounds;
  const within = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
  ];
  const scaler = `native auto scaling (${[oneLine(by), ...within].join(', ')})`;
  const initial =
    manifest === undefined
      ? 'the manifest has none'
      : `the manifest's ${said(manifest)} is only the initial value`;
  const moves =
    from === undefined
      ? `is ${said(value)}, decided by ${scaler}`
      : `moves from ${said(from)} to ${said(value)}, into the bounds of ${scaler}`;
  return `kept: ${oneLine(path)} ${moves}; ${initial}`;
}

/** Lists added and removed elements. Empty if only their order changes. */
function elementsText(before: JsonValue[], after: JsonValue[], paint: Paint, detail: boolean): string[] {
  const { gone, come } = listDifference(before, after);
  return [
    ...gone.map((one) => `           ${paint('bad', '-')} ${shownValue(one, detail)}`),
    ...come.map((one) => `           ${paint('good', '+')} ${shownValue(one, detail)}`),
  ];
}
