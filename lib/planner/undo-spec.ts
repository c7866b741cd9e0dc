import type { PropertySpec, TypeSpec } from '../model/spec.ts';

/** What an undo is derived from of a type: it goes into the undo's source, so that it is the same years later. */
export interface UndoSpec extends Pick<TypeSpec, 'readOnly' | 'writeOnly' | 'sensitive'> {
  properties: Record<string, Pick<PropertySpec, 'required'>>;
}

export function undoSpecOf({ readOnly, writeOnly, sensitive, properties }: TypeSpec): UndoSpec {
  const required = Object.entries(properties).map(([name, one]) => [name, { required: one.required }]);
  return { readOnly, writeOnly, sensitive, properties: Object.fromEntries(required) };
}
