import { join } from 'node:path';

/** Where the cut types of a checkout lie. */
export const typesDirectory = join(import.meta.dirname, '..', '..', 'build', 'types');

/** Name of the file in the types directory that lists all types and says what they were cut from. */
export const indexFile = 'index.json';

/** File name of a type's spec in the types directory. */
export const typeFile = (type: string) => `${type.replaceAll('::', '-')}.json`;
