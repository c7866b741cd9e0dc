import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { TypeLookup } from '../model/spec.ts';
import { holdsDynamicReference, referencesIn } from '../template/index.ts';
import { scalarText, within } from '../template/intrinsic.ts';
import { sectionOf } from './header.ts';
import type { Inputs } from './inputs.ts';
import { type Manifest, manifestOf } from './manifest-of.ts';
import { isNoEcho } from './parameters.ts';
import { placesOf } from './sensitive.ts';

export interface Sealed {
  manifest: Manifest;
  inputs: Inputs;
  /** The value of each reference that was inserted. */
  secrets: Record<string, string>;
  /** Whether the document itself was changed. */
  sealedProperties: boolean;
}

/**
 * For rehearsing plain CloudFormation templates on the sender's side: replaces plain text in NoEcho parameters and
 * sensitive properties with references to secrets, so that the request itself contains none. Returns manifests
 * unchanged: their literals are rejected. `prefix` starts the names of the secrets.
 */
export function sealSecrets(manifest: Manifest, inputs: Inputs, lookup: TypeLookup, prefix = ''): Sealed {
  if (manifest.hasHeader) return { manifest, inputs, secrets: {}, sealedProperties: false };
  const secrets: Record<string, string> = {};
  const seal = (name: string, value: string): string => {
    const reference = `{{resolve:secretsmanager:${prefix}sealed/${name}:SecretString}}`;
    secrets[reference] = value;
    return reference;
  };
  const section = sectionOf(manifest.document, 'Parameters');
  const secretParameters = new Set(
    Object.entries(section).flatMap(([name, declaration]) =>
      isObject(declaration) && isNoEcho(declaration) ? [name] : [],
    ),
  );
  const document = sealProperties(manifest.document, lookup, seal, secretParameters);
  const sealedProperties = Object.keys(secrets).length > 0;
  const parameters = { ...inputs.parameters };
  for (const name of secretParameters) {
    const declaration = section[name];
    const text = scalarText(parameters[name] ?? (isObject(declaration) ? declaration.Default : undefined));
    if (text !== undefined && text !== '' && !holdsDynamicReference(text))
      parameters[name] = seal(name, text);
  }
  return {
    manifest: manifestOf(document, manifest.file, manifest.lineOf),
    inputs: { ...inputs, parameters },
    secrets,
    sealedProperties,
  };
}

/** Seals literals in sensitive properties. Parameters used there count as secret from then on. */
function sealProperties(
  document: JsonObject,
  lookup: TypeLookup,
  seal: (name: string, value: string) => string,
  secretParameters: Set<string>,
): JsonObject {
  const parameters = sectionOf(document, 'Parameters');
  const copy = structuredClone(document);
  for (const [logicalId, resource] of Object.entries(sectionOf(copy, 'Resources'))) {
    if (!isObject(resource) || !isObject(resource.Properties)) continue;
    for (const sensitive of lookup(scalarText(resource.Type) ?? '')?.sensitive ?? []) {
      const steps = sensitive.split('.');
      const name = steps.at(-1) ?? '';
      for (const { value, path } of placesOf(resource.Properties, steps.slice(0, -1), logicalId)) {
        if (!isObject(value) && !Array.isArray(value)) continue;
        sealIn(value as JsonObject, name, within(path, name));
      }
    }
  }
  return copy;

  function sealIn(holder: JsonObject, name: string, path: string): void {
    const keys = name === '*' ? Object.keys(holder) : [name];
    for (const key of keys) {
      const value: JsonValue | undefined = holder[key];
      if (typeof value === 'string' && value !== '' && !holdsDynamicReference(value))
        holder[key] = seal(path.replaceAll('.', '/'), value);
      // A secret that consists only of plain parameters: each parameter is part of it.
      const named = value === undefined ? [] : referencesIn(value).map(({ logicalId }) => logicalId);
      if (named.some((name) => secretParameters.has(name))) continue;
      for (const name of named) if (Object.hasOwn(parameters, name)) secretParameters.add(name);
    }
  }
}
