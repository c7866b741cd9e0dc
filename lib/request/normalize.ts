import type { Problem } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue, sha256 } from '../model/json.ts';
import { partitionOf } from '../model/partition.ts';
import type { NamedPlace, Place } from '../model/place.ts';
import { type DesiredState, type Header, scopeOf } from '../model/request.ts';
import type { RequestReach } from '../model/request-reach.ts';
import type { TypeLookup } from '../model/spec.ts';
import { withFewSuggestions } from '../model/suggest.ts';
import { compareText } from '../model/text.ts';
import {
  didYouMean,
  evaluateCondition,
  expandLoops,
  failedAssertions,
  pseudoParameters,
  type Scope,
} from '../template/index.ts';
import { scalarText, shown, within } from '../template/intrinsic.ts';
import { findCycles } from './cycles.ts';
import { checkSections, readHeader, sectionOf } from './header.ts';
import type { Inputs } from './inputs.ts';
import type { Manifest } from './manifest-of.ts';
import { afterWhatScalingNames } from './named-by-scaling.ts';
import { readOutputs } from './outputs.ts';
import { resolveParameters } from './parameters.ts';
import { type Problems, problemsOf } from './problems.ts';
import { refuseMacros, refuseStackNeeds, refuseType } from './refusals.ts';
import { requestScope, type ScopeParts } from './request-scope.ts';
import { readResource } from './resources.ts';
import { refuseTwoScalers } from './two-scalers.ts';

interface ProviderRules {
  /** Whether a provider is responsible for a type; without it, one is for each. */
  hasProvider?(type: string): boolean;
  /** What types with a provider are, in words. */
  expectedTypes?: string;
}

export interface NormalizeOptions extends ProviderRules {
  inputs: Inputs;
  /** Defaults for what a plain template lacks: environment, service, owner, reason. The document takes precedence. */
  headerDefaults: Partial<Header>;
  account: string;
  region: string;
  /** Usually `typeLookup(directory)` of lib/spec. With its `names`, unknown types get a suggestion. */
  lookup: TypeLookup & { names?(): readonly string[] };
  /**
   * Whether a template's own parameter constraints (AllowedPattern, AllowedValues, lengths, bounds) reject the request,
   * as in an environment that enforces its policies, or only warn.
   */
  parameterConstraints?: 'enforce' | 'warn';
  /** Returns what requests of a service may reach outside of themselves. Without it, names are not checked. */
  reach?(header: Header): RequestReach;
  /** Returns the named places of the environment, the default first. */
  places?(header: Header): readonly NamedPlace[];
  /** Called with problems that are only warnings. */
  onWarning?(problem: Problem): void;
  /** The maximum number of steps in a plan. */
  resourcesMax?: number;
}

/** The number of steps that fit into a plan. */
const resourcesMaxDefault = 10_000;

/**
 * Returns the desired state of a request: parameters, conditions, mappings and functions are resolved and checked
 * against the service spec. References between resources and `{{resolve:...}}` references stay. Throws InvalidInput
 * with all problems at once, each with file, line and path.
 */
export function normalizeRequest(manifest: Manifest, options: NormalizeOptions): DesiredState {
  return withFewSuggestions(() => normalized(manifest, options));
}

function normalized(manifest: Manifest, options: NormalizeOptions): DesiredState {
  const { document } = manifest;
  const origins = new Map<string, string>();
  const problems = problemsOf(manifest, (path) => originOf(path, origins));
  const header = readHeader(manifest, options.headerDefaults, problems);
  checkSections(document, problems);
  const reach = header === undefined ? undefined : options.reach?.(header);
  const { macros } = refuseMacros(document, problems.add);
  const parts = partsOf(document, header, { ...options, parametersReach: reach }, problems);
  const scope = requestScope(parts);
  for (const [name, value, path] of expandLoops(sectionOf(document, 'Conditions'), scope, 'Conditions')) {
    parts.conditions.set(name, { value, path });
  }
  for (const name of parts.conditions.keys()) scope.condition?.(name);
  for (const { path, code, message } of failedAssertions(sectionOf(document, 'Rules'), scope)) {
    problems.add(path, code, message);
  }
  const entries = resourceEntries(document, scope, origins, problems);
  const active = knownResources(entries, parts, scope, { macros, ...options });
  const max = options.resourcesMax ?? resourcesMaxDefault;
  if (active.length > max)
    problems.add(
      'Resources',
      'TooManyResources',
      `${active.length} resources; a request may have at most ${max}`,
    );
  const world = {
    scope,
    resources: parts.resources,
    problems,
    place: { account: parts.account, region: parts.region },
    ...(header !== undefined && { places: options.places?.(header) ?? [] }),
    scopeAt: ({ account, region }: Place) => requestScope(partsAt(parts, { account, region })),
    ...(header !== undefined && { environment: header.environment }),
    ...(reach !== undefined && { reach }),
    lineOf: (path: string) => manifest.lineOf(originOf(path, origins)),
  };
  // A macro may change everything, so only the macro is reported.
  if (macros) problems.throwIfAny();
  const read = active.map(([logicalId, resource]) => readResource(logicalId, resource, world));
  const resources = afterWhatScalingNames(read, problems);
  refuseTwoScalers(resources, problems);
  const cycles = findCycles(new Map(resources.map(({ logicalId, dependsOn }) => [logicalId, dependsOn])));
  for (const cycle of cycles) {
    problems.add(
      within('Resources', cycle[0] ?? ''),
      'Cycle',
      `resources depend on one another: ${cycle.join(' → ')}`,
    );
  }
  const outputs = readOutputs(expandLoops(sectionOf(document, 'Outputs'), scope, 'Outputs'), scope, problems);
  problems.throwIfAny();
  if (header === undefined) throw new TypeError('a header without problems is there');
  const { account, region, partition } = parts;
  const imports = [...parts.imports].sort(compareText);
  return {
    header,
    wish: { kind: 'resources' },
    scope: scopeOf(header),
    ...{ account, region, partition, resources, outputs, imports },
  };
}

type Parts = ScopeParts & {
  conditions: Map<string, { value: JsonValue; path: string }>;
  imports: Set<string>;
};

function partsOf(
  document: JsonObject,
  header: Header | undefined,
  options: NormalizeOptions & { parametersReach: RequestReach | undefined },
  problems: Problems,
): Parts {
  const { inputs, account, region, lookup } = options;
  const { partition } = partitionOf(region);
  const section = sectionOf(document, 'Parameters');
  const imports = new Set<string>();
  const stackName = header === undefined ? 'request' : scopeOf(header).replace('/', '-');
  const uuid = sha256(stackName).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  const stackId = `arn:${partition}:cloudformation:${region}:${account}:stack/${stackName}/${uuid}`;
  return {
    parameters: resolveParameters(
      section,
      {
        ...{ inputs, account, region, partition, constraints: constraintProblems(options, problems) },
        ...(options.parametersReach !== undefined && { reach: options.parametersReach }),
      },
      problems,
    ),
    declared: new Set(Object.keys(section)),
    pseudo: pseudoParameters({ account, region, partition, stackName, stackId }),
    mappings: sectionOf(document, 'Mappings'),
    conditions: new Map(),
    resources: new Map(),
    inputs,
    account,
    region,
    partition,
    problems,
    lookup,
    imports,
    onImport: (name) => imports.add(name),
  };
}

/** Returns where broken constraints of parameters are reported. */
/** The same template somewhere else: `AWS::Region` and its like are of the place. */
function partsAt(parts: Parts, place: Pick<Place, 'account' | 'region'>): Parts {
  const { 'AWS::StackName': stackName, 'AWS::StackId': stackId } = parts.pseudo;
  const pseudo = pseudoParameters({ ...place, stackName: String(stackName), stackId: String(stackId) });
  return { ...parts, ...place, pseudo };
}

function constraintProblems(options: NormalizeOptions, problems: Problems): Pick<Problems, 'add'> {
  if (options.parameterConstraints !== 'warn') return problems;
  return { add: (path, code, message) => options.onWarning?.({ path, code, message }) };
}

/** Returns the path in the file for something that a loop created. */
function originOf(path: string, origins: ReadonlyMap<string, string>): string {
  if (origins.size === 0) return path;
  const [section = '', logicalId = ''] = path.split('.', 2);
  return origins.get(`${section}.${logicalId}`) ?? path;
}

function resourceEntries(
  document: JsonObject,
  scope: Scope,
  origins: Map<string, string>,
  problems: Problems,
): Map<string, JsonObject> {
  const entries = new Map<string, JsonObject>();
  const parameters = sectionOf(document, 'Parameters');
  for (const [logicalId, resource, origin] of expandLoops(
    sectionOf(document, 'Resources'),
    scope,
    'Resources',
  )) {
    const path = within('Resources', logicalId);
    if (origin !== path) origins.set(path, origin);
    if (!/^[A-Za-z0-9]{1,255}$/.test(logicalId)) {
      problems.add(
        path,
        'LogicalId',
        `"${logicalId}" is not a logical id; expected up to 255 letters and digits`,
      );
    }
    if (entries.has(logicalId))
      problems.add(path, 'DuplicateKey', `there is more than one resource "${logicalId}"`);
    if (Object.hasOwn(parameters, logicalId)) {
      problems.add(path, 'DuplicateKey', `"${logicalId}" is a parameter already`);
    }
    if (isObject(resource)) entries.set(logicalId, resource);
    else problems.add(path, 'WrongType', `expected a resource with a Type, got ${shown(resource)}`);
  }
  return entries;
}

/** Fills the scope's resources and returns those whose condition holds. */
function knownResources(
  entries: Map<string, JsonObject>,
  parts: Parts,
  scope: Scope,
  given: ProviderRules & { macros: boolean },
): [string, JsonObject][] {
  const { resources, problems, lookup } = parts;
  for (const [logicalId, resource] of entries) {
    const path = within('Resources', logicalId);
    const type = scalarText(resource.Type) ?? '';
    const condition = resource.Condition;
    const truth = condition === undefined || evaluateCondition(condition, scope, within(path, 'Condition'));
    const spec = lookup(type);
    const active = truth !== false;
    const refused = active && refuseType(type, spec, path, problems.add);
    // A refused resource is not checked further, because its properties may be anything.
    resources.set(logicalId, { type, spec: refused ? undefined : spec, active });
    if (!active) continue;
    refuseStackNeeds(resource, path, problems.add);
    const known = spec !== undefined && given.hasProvider?.(type) !== false;
    const names = spec === undefined ? namesOf(lookup) : [];
    if (!refused && !known && !given.macros) reportUnknownType(type, path, { ...given, names }, problems);
  }
  return [...entries].filter(([logicalId]) => resources.get(logicalId)?.active === true);
}

/**
 * A name close to a known type is reported as a typo. Any other is reported as a type that Baton can't provision: the
 * file of a module, or a type of a provider that this deployment does not have.
 */
function reportUnknownType(
  type: string,
  path: string,
  { names, hasProvider, expectedTypes }: ProviderRules & { names: readonly string[] },
  problems: Problems,
): void {
  if (type === '') {
    problems.add(path, 'MissingProperty', 'a resource needs a Type');
    return;
  }
  const hint = didYouMean(type, names);
  const here = within(path, 'Type');
  if (hint !== '') problems.add(here, 'UnknownType', `there is no resource type "${type}"${hint}`);
  else if (hasProvider?.(type) === false)
    problems.add(
      here,
      'NoProvider',
      `no provider of this deployment is responsible for "${type}"; expected ${expectedTypes}. Remove the ` +
        'resource from the request, or manage it with another tool',
    );
  else problems.add(here, 'Type', `there is no resource type "${type}" that can be provisioned`);
}

const namesOf = (lookup: NormalizeOptions['lookup']) => lookup.names?.() ?? [];
