import { segmentsOf } from '../../lib/model/property-path.ts';
import type { PropertySpec, TypeSpec, ValueType } from '../../lib/model/spec.ts';

/** Returns what the spec says about a property path, through lists (`*`) and nested types. */
export function propertyAt(spec: TypeSpec, path: string): PropertySpec | undefined {
  let inside: Record<string, PropertySpec> | undefined = spec.properties;
  let found: PropertySpec | undefined;
  for (const segment of segmentsOf(path) ?? []) {
    if (segment !== '*') found = inside?.[segment];
    const type: ValueType | undefined = found?.types[0];
    const element: ValueType | undefined = type?.kind === 'list' ? type.element : type;
    inside = element?.kind === 'definition' ? spec.definitions[element.name]?.properties : undefined;
  }
  return found;
}
