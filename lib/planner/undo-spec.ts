import type { PropertySpec, TypeSpec } from '../model/spec.ts';

/**
 * The facts about a type that a rollback needs. They are stored with its input, so that the result is the same years
 * later.
 */
export interface UndoSpec extends Pick<TypeSpec, 'readOnly' | 'writeOnly' | 'sensitive'> {
  properties: Record<string, Pick<PropertySpec, 'required'>>;
}

export function undoSpecOf({ readOnly, writeOnly, sensitive, properties }: TypeSpec): UndoSpec {
  const required = Object.entries(properties).map(([name, one]) => [name, { required: one.required }]);
  return { readOnly, writeOnly, sensitive, properties: Object.fromEntries(required) };
}
