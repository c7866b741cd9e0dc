import type { JsonObject, JsonValue } from '../model/json.ts';
import type { DesiredState, Header } from '../model/request.ts';
import type { TypeLookup } from '../model/spec.ts';
import type { Inputs } from './inputs.ts';

export { type Inputs, noInputs } from './inputs.ts';

// Signatures first; the bodies follow within minutes.
export interface Manifest {
  file: string;
  document: JsonObject;
  /** Whether it has the header of a manifest (`baton: v1`); else it is a plain CloudFormation template. */
  hasHeader: boolean;
  /** Line of a path, counted from 1; of the nearest ancestor when the path itself isn't in the file. */
  lineOf(path: string): number | undefined;
}
/** Throws InvalidInput when the text is no document. YAML or JSON. */
export declare function readManifest(text: string, file: string): Manifest;
/** `{parameters, imports, ssm, secrets}` or CloudFormation's own parameter files. Throws InvalidInput. */
export declare function readInputs(text: string, file: string): Inputs;

export interface ExternalReferences {
  imports: string[];
  /** SSM parameters to fetch for parameters of type AWS::SSM::Parameter::Value<...>. */
  ssm: { name: string; type: string }[];
  /** `{{resolve:...}}` references. */
  secrets: string[];
}
export declare function externalReferences(manifest: Manifest, inputs: Inputs): ExternalReferences;

export interface NormaliseOptions {
  inputs: Inputs;
  /** For what a plain template lacks. */
  headerDefaults: Partial<Header>;
  account: string;
  region: string;
  lookup: TypeLookup;
}
/** Throws InvalidInput with all problems at once. */
export declare function normaliseRequest(manifest: Manifest, options: NormaliseOptions): DesiredState;

/**
 * For the sender's side (local rehearsal): literals given for NoEcho parameters and sensitive properties become
 * references to secrets, `secrets` says which reference stands for which value.
 */
export declare function sealSecrets(
  manifest: Manifest,
  inputs: Inputs,
  options: Pick<NormaliseOptions, 'lookup'>,
): { manifest: Manifest; inputs: Inputs; secrets: Record<string, string> };

export declare function findSecretReferences(value: JsonValue): string[];
/** Right before the provider call: every `{{resolve:...}}` replaced, functions that waited for it evaluated. */
export declare function resolveSecrets(
  value: JsonValue,
  resolver: (reference: string) => Promise<string>,
): Promise<JsonValue>;
/** JSON Schema of a manifest. */
export declare function manifestJsonSchema(): JsonObject;
