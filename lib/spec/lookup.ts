import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TypeLookup, TypeSpec } from '../model/spec.ts';
import { indexFile, typeFile } from './type-files.ts';

/** A type lookup that also has the names of all types, for suggestions. */
export interface TypeCatalog extends TypeLookup {
  names(): readonly string[];
}

/** Type names as CloudFormation writes them. Other names never reach the file system. */
const typeName = /^[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}$/;

/**
 * Returns the types in a directory created by `ensureTypes`. Each is read at its first use and cached. Unknown types
 * return undefined. Pure except for reading these files. Has no dependencies, to keep bundles small.
 */
export function typeLookup(directory: string): TypeCatalog {
  const known = new Map<string, TypeSpec | undefined>();
  let names: readonly string[] | undefined;
  const read = (type: string): TypeSpec | undefined => {
    const file = join(directory, typeFile(type));
    if (!typeName.test(type) || !existsSync(file)) return undefined;
    return JSON.parse(readFileSync(file, 'utf8')) as TypeSpec;
  };
  const lookup = (type: string): TypeSpec | undefined => {
    if (!known.has(type)) known.set(type, read(type));
    return known.get(type);
  };
  return Object.assign(lookup, {
    names: () => {
      names ??= (JSON.parse(readFileSync(join(directory, indexFile), 'utf8')) as { types: string[] }).types;
      return names;
    },
  });
}
