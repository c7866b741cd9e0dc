import { join } from 'node:path';

/** The folder of the generated types in a checkout. */
export const typesDirectory = join(import.meta.dirname, '..', '..', 'build', 'types');

/** Name of the file in the types directory that lists all types and their inputs. */
export const indexFile = 'index.json';

/** Returns the file name of a type's spec in the types directory. */
export const typeFile = (type: string) => `${type.replaceAll('::', '-')}.json`;
