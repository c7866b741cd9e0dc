// For build, tests and command line. Lambda handlers import ./lookup.ts alone: it doesn't pull the service spec in.
export { ensureTypes } from './ensure-types.ts';
export { type TypeCatalogue, typeLookup } from './lookup.ts';
export { type HandlerOperation, permissionsFor, typesWithPermissions } from './permissions.ts';
export { indexFile, typeFile, typesDirectory } from './type-files.ts';
