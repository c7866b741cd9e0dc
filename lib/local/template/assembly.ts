/** Reads a CDK cloud assembly (cdk.out): the stack's template and the location of its assets. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isObject, type JsonObject } from '../../model/json.ts';

export interface TemplateResource {
  logicalId: string;
  type: string;
  properties: JsonObject;
  condition?: string;
}

export interface Assembly {
  stackName: string;
  template: JsonObject;
  /** Returns the path of the asset with this object key in the assets bucket. */
  assetPath(objectKey: string): string | undefined;
}

/** The assembly can't be read or doesn't contain the stack. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
}

/** Loads one stack. Without a name, the assembly must contain exactly one. */
export function loadAssembly(directory: string, stackName?: string): Assembly {
  const manifest = readJson(join(directory, 'manifest.json'));
  const artifacts = Object.entries((manifest.artifacts ?? {}) as Record<string, JsonObject>);
  const stacks = artifacts.filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack');
  const wanted = stacks.filter(([id, artifact]) => {
    const properties = artifact.properties as JsonObject;
    return stackName === undefined || id === stackName || properties.stackName === stackName;
  });
  const [found] = wanted;
  if (found === undefined || wanted.length > 1) {
    const names = stacks.map(([id]) => id).join(', ');
    throw new AssemblyError(`${directory} holds the stacks: ${names}; one of them must be named`);
  }
  const [id, artifact] = found;
  const properties = artifact.properties as JsonObject;
  const template = readJson(join(directory, String(properties.templateFile)));
  const assets = assetPaths(directory, artifacts);
  return {
    stackName: String(properties.stackName ?? id),
    template,
    assetPath: (key) => assets.get(key),
  };
}

/** Returns the template's resources in order. */
export function resourcesOf(template: JsonObject): TemplateResource[] {
  return Object.entries((template.Resources ?? {}) as Record<string, JsonObject>).map(
    ([logicalId, body]) => ({
      logicalId,
      type: String(body.Type),
      properties: isObject(body.Properties) ? body.Properties : {},
      ...(typeof body.Condition === 'string' ? { condition: body.Condition } : {}),
    }),
  );
}

function assetPaths(directory: string, artifacts: [string, JsonObject][]): Map<string, string> {
  const paths = new Map<string, string>();
  for (const [, artifact] of artifacts) {
    if (artifact.type !== 'cdk:asset-manifest') continue;
    const file = String((artifact.properties as JsonObject).file);
    const files = (readJson(join(directory, file)).files ?? {}) as Record<string, JsonObject>;
    for (const asset of Object.values(files)) {
      const source = asset.source as { path: string };
      for (const destination of Object.values(asset.destinations as Record<string, JsonObject>)) {
        // Relative to the assembly, or absolute after `cdk synth --no-staging`.
        paths.set(String(destination.objectKey), resolve(directory, source.path));
      }
    }
  }
  return paths;
}

/**
 * The template of a nested stack: the asset that its `TemplateURL` ends in.
 *
 * @throws AssemblyError
 */
export function nestedAssembly(assembly: Assembly, stackName: string, templateUrl: string): Assembly {
  const path = assembly.assetPath(templateUrl.split('/').at(-1) ?? '');
  if (path === undefined)
    throw new AssemblyError(`there is no template ${templateUrl}; expected an asset of the assembly`);
  return { ...assembly, stackName, template: readJson(path) };
}

function readJson(path: string): JsonObject {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
  } catch (error) {
    throw new AssemblyError(`${path} can't be read: ${error instanceof Error ? error.message : error}`);
  }
}
