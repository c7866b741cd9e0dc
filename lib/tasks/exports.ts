import type { Inventory } from '../inventory/inventory.ts';
import type { ExportRealm } from '../inventory/keys.ts';
import type { Problem } from '../model/errors.ts';
import type { HashedPlan } from '../model/plan.ts';
import type { DesiredState } from '../model/request.ts';
import type { OutputValue } from './outputs.ts';

/**
 * Problems of a plan with what scopes export to each other, as CloudFormation has them: an export that another scope
 * imports may neither go nor lose its resource, and a name is exported by one scope only.
 * Source: "Fn::ImportValue" and "Outputs", AWS CloudFormation User Guide.
 */
export async function exportProblems(
  inventory: Inventory,
  desired: DesiredState,
  plan: HashedPlan,
): Promise<Problem[]> {
  const { scope } = desired;
  const realm = realmOf(desired);
  const wanted = new Set(Object.values(desired.outputs).flatMap(({ exportName }) => exportName ?? []));
  const known = await inventory.exports(realm);
  const taken = known.filter(({ name, scope: owner }) => owner !== scope && wanted.has(name));
  const keepsNothing = plan.steps.length > 0 && desired.decommission !== undefined && leavesNothing(plan);
  const going = known.filter(
    ({ name, scope: owner }) =>
      owner === scope && (desired.decommission === undefined ? !wanted.has(name) : keepsNothing),
  );
  const needed = await Promise.all(
    going.map(async ({ name }) => {
      const importers = (await inventory.importers(realm, name)).filter((other) => other !== scope);
      return importers.map((importer): Problem => {
        const message = `The export ${name} is imported by ${importer}: it can't go while that needs it.`;
        return { path: 'Outputs', code: 'StillNeeded', message };
      });
    }),
  );
  return [
    ...taken.map(({ name, scope: owner }): Problem => {
      const message = `The export name ${name} is taken by ${owner}; expected a name no other scope exports.`;
      return { path: 'Outputs', code: 'ExportTaken', message };
    }),
    ...needed.flat(),
  ];
}

function realmOf({ account, region, header: { environment } }: DesiredState): ExportRealm {
  return { account, region, environment };
}

function leavesNothing({ unchanged, steps }: HashedPlan): boolean {
  return (
    unchanged.length === 0 && steps.every(({ operation }) => operation === 'delete' || operation === 'retain')
  );
}

/** Makes a completed request's exports and imports known, and what it no longer exports or imports forgotten. */
export async function recordExports(
  inventory: Inventory,
  desired: DesiredState,
  requestId: string,
  outputs: Record<string, OutputValue>,
): Promise<void> {
  const { scope } = desired;
  const realm = realmOf(desired);
  const before = await inventory.exports(realm);
  const now = Object.values(outputs).flatMap(({ exportName, value }) =>
    exportName === undefined || value === undefined ? [] : [{ name: exportName, value, scope, requestId }],
  );
  for (const record of now) await inventory.putExport(realm, record);
  const names = new Set(now.map(({ name }) => name));
  for (const { name, scope: owner } of before)
    if (owner === scope && !names.has(name)) await inventory.deleteExport(realm, name);
  await inventory.setImports(realm, scope, desired.imports);
}
