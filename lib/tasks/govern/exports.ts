import type { ExportRecord, Inventory } from '../../inventory/inventory.ts';
import type { ExportRealm } from '../../inventory/keys.ts';
import type { Problem } from '../../model/errors.ts';
import { canonicalJson } from '../../model/json.ts';
import { ends } from '../../model/operations.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { DesiredState } from '../../model/request.ts';
import type { TypeLookup } from '../../model/spec.ts';
import type { OutputValue } from './outputs.ts';
import { valuesAfter } from './values-after.ts';

/**
 * Returns problems of a plan with exports between scopes, as in CloudFormation: an export that another scope imports
 * can't be removed or changed, and only one scope may export a name. Source: "Fn::ImportValue" and "Outputs", AWS
 * CloudFormation User Guide.
 */
export async function exportProblems(
  { inventory, lookup }: { inventory: Inventory; lookup: TypeLookup },
  desired: DesiredState,
  plan: HashedPlan,
): Promise<Problem[]> {
  const { scope } = desired;
  const realm = realmOf(desired);
  const wanted = new Set(Object.values(desired.outputs).flatMap(({ exportName }) => exportName ?? []));
  const known = await inventory.exports(realm);
  const taken = known.filter(({ name, scope: owner }) => owner !== scope && wanted.has(name));
  const goes = goingExports(desired, plan);
  const going = known.filter(({ name, scope: owner }) => owner === scope && goes(name));
  const importersOf = async (name: string) =>
    (await inventory.importers(realm, name)).filter((other) => other !== scope);
  const needed = await Promise.all(
    going.map(async ({ name }) => {
      return (await importersOf(name)).map((importer): Problem => {
        const message = `The export ${name} is imported by ${importer}, so it can't be removed.`;
        return { path: 'Outputs', code: 'StillNeeded', message };
      });
    }),
  );
  return [
    ...taken.map(({ name, scope: owner }): Problem => {
      const message = `The export name ${name} is already used by ${owner}; expected a name that no other scope exports.`;
      return { path: 'Outputs', code: 'ExportTaken', message };
    }),
    ...needed.flat(),
    ...(await changedInUse({ inventory, lookup }, desired, plan, known, importersOf)),
  ];
}

/** Returns imported exports of the scope whose value would change, or is unknown before the run. */
async function changedInUse(
  { inventory, lookup }: { inventory: Inventory; lookup: TypeLookup },
  desired: DesiredState,
  plan: HashedPlan,
  known: readonly ExportRecord[],
  importersOf: (name: string) => Promise<string[]>,
): Promise<Problem[]> {
  const before = new Map(known.filter(({ scope }) => scope === desired.scope).map((one) => [one.name, one]));
  const kept = Object.entries(desired.outputs).flatMap(([output, { value, exportName = '' }]) => {
    const was = before.get(exportName);
    return was === undefined ? [] : [{ output, value, was }];
  });
  if (kept.length === 0) return [];
  const valueAfter = valuesAfter(lookup, plan, await inventory.scopeAssets(desired.scope));
  const changed = kept.filter(({ value, was }) => {
    const after = valueAfter(value);
    return after === undefined || canonicalJson(after) !== canonicalJson(was.value);
  });
  const problems = await Promise.all(
    changed.map(async ({ output, was: { name } }) =>
      (await importersOf(name)).map((importer): Problem => {
        const remedy = `export the new value under a new name, have ${importer} import that, then remove the old export`;
        const message = `Cannot update export ${name} as it is in use by ${importer}: ${remedy}.`;
        return { path: `Outputs.${output}`, code: 'ExportInUse', message };
      }),
    ),
  );
  return problems.flat();
}

function realmOf({ account, region, header: { environment } }: DesiredState): ExportRealm {
  return { account, region, environment };
}

/**
 * Returns which exports of its scope a request removes: those that a manifest no longer has, or all if no assets are
 * left.
 */
function goingExports({ wish, outputs }: DesiredState, plan: HashedPlan): (name: string) => boolean {
  if (wish.kind === 'assets') {
    const nothingLeft = plan.steps.length > 0 && leavesNothing(plan);
    return () => nothingLeft;
  }
  if (wish.kind !== 'resources') return () => false;
  const wanted = new Set(Object.values(outputs).map(({ exportName }) => exportName));
  return (name) => !wanted.has(name);
}

function leavesNothing({ unchanged, steps }: HashedPlan): boolean {
  return unchanged.length === 0 && steps.every(ends);
}

/** Records the exports and imports of a completed request, and removes those that it no longer has. */
export async function recordExports(
  inventory: Inventory,
  desired: DesiredState,
  plan: HashedPlan,
  requestId: string,
  outputs: Record<string, OutputValue>,
): Promise<void> {
  const { scope, wish } = desired;
  const realm = realmOf(desired);
  const before = (await inventory.exports(realm)).filter((one) => one.scope === scope);
  // The request whose manifest declares the output stays its source, because changes of single assets change values and
  // not outputs.
  const sourceOf = new Map(wish.kind === 'resources' ? [] : before.map((one) => [one.name, one.requestId]));
  const exported = new Set<string>();
  for (const { exportName: name, value } of Object.values(outputs)) {
    if (name === undefined || value === undefined) continue;
    exported.add(name);
    await inventory.putExport(realm, { name, value, scope, requestId: sourceOf.get(name) ?? requestId });
  }
  const goes =
    wish.kind === 'resources' ? (name: string) => !exported.has(name) : goingExports(desired, plan);
  for (const { name } of before.filter(({ name }) => goes(name))) await inventory.deleteExport(realm, name);
  if (wish.kind === 'resources') await inventory.setImports(realm, scope, desired.imports);
  else if (wish.kind === 'assets' && leavesNothing(plan)) await inventory.setImports(realm, scope, []);
}
