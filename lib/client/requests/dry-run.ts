import { join } from 'node:path';
import type { ExportRealm } from '../../inventory/keys.ts';
import { InvalidInput } from '../../model/errors.ts';
import { placeIdentities } from '../../model/identities.ts';
import type { JsonValue } from '../../model/json.ts';
import { namedPlaces, placesOf } from '../../model/place.ts';
import type { HashedPlan } from '../../model/plan.ts';
import { onlyWarns, type Verdicts } from '../../model/policy.ts';
import { requestReach } from '../../model/request-reach.ts';
import type { Settings } from '../../model/settings.ts';
import { placedTags } from '../../model/tags.ts';
import { planChange } from '../../planner/index.ts';
import { builtInPacks, createEngines, packCache, selectPolicies } from '../../policy/index.ts';
import { expectedTypes, hasProvider } from '../../providers/registry.ts';
import { externalReferences, type Inputs, normalizeRequest, readManifest } from '../../request/index.ts';
import { ensureTypes, typeLookup } from '../../spec/index.ts';
import { verdictsOf } from '../../tasks/govern/evaluate-policy.ts';
import { exportProblems } from '../../tasks/govern/exports.ts';
import { otherScalers } from '../../tasks/govern/other-scalers.ts';
import type { Deployment } from '../deployment.ts';
import type { RequestFile } from './submit-request.ts';

/** The result of a request that is neither submitted nor stored. */
export interface DryRun {
  verdicts: Verdicts;
  plan: HashedPlan;
}

const root = join(import.meta.dirname, '..', '..', '..');

/**
 * Normalizes, evaluates and plans a request with the functions that the state machines run, against the current
 * inventory and the policies of this checkout.
 *
 * @throws InvalidInput with every problem of the request
 */
export async function dryRun(
  deployment: Deployment,
  { file, text, header }: RequestFile,
  inputs: Inputs,
  settings: Settings,
): Promise<DryRun> {
  const types = ensureTypes();
  const lookup = typeLookup(types);
  const manifest = readManifest(text, file);
  const named = manifest.document.environment ?? header.environment;
  const name = typeof named === 'string' && Object.hasOwn(settings.environments, named) ? named : '';
  const environment = settings.environments[name];
  if (environment === undefined)
    throw new InvalidInput([
      {
        file,
        path: 'environment',
        code: 'UnknownEnvironment',
        message: `There is no environment ${JSON.stringify(named ?? null)}; expected one of ${Object.keys(settings.environments).join(', ')}`,
      },
    ]);
  const { account, region } = placesOf(name, environment, deployment)[0] ?? deployment;
  const place = { account, region };
  const normalized = normalizeRequest(manifest, {
    inputs: await fetched(deployment, externalReferences(manifest, inputs, place), inputs, {
      ...place,
      environment: name,
    }),
    headerDefaults: header,
    ...place,
    lookup,
    places: () => namedPlaces(name, environment, deployment),
    ...{ hasProvider, expectedTypes: expectedTypes() },
    reach: (header) => requestReach(settings, header),
    parameterConstraints: onlyWarns(environment) ? 'warn' : 'enforce',
  });
  const desired = { ...placeIdentities(normalized), tags: { ...placedTags(name) } };
  const assets = await deployment.inventory.scopeAssets(desired.scope);
  const scalers = await otherScalers(deployment.inventory, desired);
  const plan = planChange({ requestId: 'dry-run', desired, assets, scalers, lookup });
  const problems = await exportProblems({ inventory: deployment.inventory, lookup }, desired, plan);
  if (problems.length > 0) throw new InvalidInput(problems.map((problem) => ({ ...problem, file })));
  const directories = [builtInPacks, root];
  const bundle = selectPolicies(environment, { directories, lookup, cache: packCache(types) });
  return {
    plan,
    verdicts: verdictsOf(desired, plan, settings, createEngines(bundle, lookup), deployment.at),
  };
}

/** Adds the exports and SSM parameters that the request reads and the inputs don't contain. */
async function fetched(
  deployment: Deployment,
  wanted: ReturnType<typeof externalReferences>,
  inputs: Inputs,
  realm: ExportRealm,
): Promise<Inputs> {
  const exports = await Promise.all(wanted.imports.map((name) => deployment.inventory.export(realm, name)));
  const imported = exports.flatMap((found) => (found === undefined ? [] : [[found.name, found.value]]));
  const given = inputs.imports === 'any' ? {} : inputs.imports;
  const imports: Record<string, JsonValue> = { ...Object.fromEntries(imported), ...given };
  const ssm = inputs.ssm === 'any' ? {} : inputs.ssm;
  const missing = wanted.ssm.map(({ name }) => name).filter((name) => ssm[name] === undefined);
  return { ...inputs, imports, ssm: { ...(await deployment.parameters(missing)), ...ssm } };
}
