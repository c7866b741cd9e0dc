import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../model/text.ts';

export type HandlerOperation = 'create' | 'read' | 'update' | 'delete';
type Permissions = Record<string, Partial<Record<HandlerOperation, string[]>>>;

let permissions: Permissions | undefined;

/**
 * Returns the IAM actions that the registry's handlers of these types need for these operations, sorted, without
 * duplicates. A provisioning role must allow them. A type without known permissions adds none.
 */
export function permissionsFor(
  types: Iterable<string>,
  operations: Iterable<HandlerOperation> = ['create', 'read', 'update', 'delete'],
): string[] {
  permissions ??= JSON.parse(
    readFileSync(join(import.meta.dirname, 'registry-permissions.json'), 'utf8'),
  ) as Permissions;
  const wanted = [...operations];
  const actions = new Set<string>();
  for (const type of types) {
    for (const group of wanted.flatMap((operation) => permissions?.[type]?.[operation] ?? [])) {
      const colon = group.indexOf(':');
      for (const action of group.slice(colon + 1).split(','))
        actions.add(`${group.slice(0, colon)}:${action}`);
    }
  }
  return [...actions].sort(compareText);
}

/** Returns all types with known permissions, for patterns such as `AWS::S3::*`. */
export function typesWithPermissions(): string[] {
  permissionsFor([]);
  return Object.keys(permissions ?? {});
}
