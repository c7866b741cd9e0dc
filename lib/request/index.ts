export { anywhere, type ExternalReferences, externalReferences } from './external.ts';
export { type Inputs, noInputs, parseInputs, readInputs } from './inputs.ts';
export { madeUpSecretReference, madeUpValue } from './made-up.ts';
export { readAsItStands, readManifest } from './manifest.ts';
export { type Manifest, manifestOf } from './manifest-of.ts';
export { manifestJsonSchema } from './manifest-schema.ts';
export { type NormalizeOptions, normalizeRequest } from './normalize.ts';
export { plainSecretProblems } from './plain-secrets.ts';
export { checkProperties, type PropertyCheck } from './property-values.ts';
export { type ReferenceRules, referenceProblems } from './reference-rules.ts';
export { type Rehearsal, rehearse } from './rehearsal.ts';
export { type Sealed, sealSecrets } from './seal.ts';
export {
  type DynamicReference,
  findSecretReferences,
  MalformedReference,
  parseDynamicReference,
  resolveSecrets,
} from './secrets.ts';
