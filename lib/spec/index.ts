// For the build, tests and the command line. Lambda handlers import only ./lookup.ts, which doesn't depend on the
// service spec.
export { ensureTypes } from './ensure-types.ts';
export { type TypeCatalog, typeLookup } from './lookup.ts';
export { type HandlerOperation, permissionsFor, typesWithPermissions } from './permissions.ts';
export { indexFile, typeFile, typesDirectory } from './type-files.ts';
