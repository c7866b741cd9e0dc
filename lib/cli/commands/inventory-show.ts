import { connect } from '../../client/deployment.ts';
import { findAssets } from '../../client/inventory/find-asset.ts';
import { readAsset, type ShownAsset } from '../../client/inventory/read-asset.ts';
import type { Asset } from '../../model/asset.ts';
import { valueAtPath } from '../../model/property-path.ts';
import type { OwnerKind } from '../../model/wish.ts';
import { exitStatus, type Run } from '../command.ts';
import { printJson } from '../print-json.ts';
import { simulatedNote } from '../simulated.ts';
import { type Paint, painter, table } from '../style.ts';
import { shownValue } from '../value-text.ts';
import { oneLine as oneLineOf } from '../visible.ts';

export const run: Run<{ json: boolean }> = async ({ operands, options, terminal, environment }) => {
  const [name = ''] = operands;
  const deployment = await connect(environment);
  const [asset] = await findAssets(deployment, name);
  const shown = asset && (await readAsset(deployment.inventory, asset.id));
  if (shown === undefined) {
    terminal.complain(
      `baton: the inventory holds no asset ${name}; \`baton inventory list\` shows their ids`,
    );
    return exitStatus.rejected;
  }
  if (options.json) printJson(terminal, 'asset', shown);
  else {
    const paint = painter(terminal);
    for (const line of showText(shown, paint)) terminal.print(line);
    for (const line of simulatedNote(deployment, paint)) terminal.print(line);
  }
  return exitStatus.completed;
};

function showText({ asset, versions, dependsOn, neededBy }: ShownAsset, paint: Paint): string[] {
  const facts = [
    ['Asset', asset.id],
    ['Type', asset.type],
    ['Identifier', asset.identifier],
    ['Place', `${asset.provider} ${asset.account} ${asset.region}`],
    ['Scope', `${asset.scope} (service ${asset.service}, environment ${asset.environment})`],
    ['Owner', asset.owner],
    ['Status', `${asset.status}, version ${asset.version} of ${asset.updatedAt}`],
    ['Change', `${asset.changeId} (request ${asset.requestId}, run ${asset.runId})`],
  ];
  return [
    paint('strong', `${asset.logicalId}`),
    ...table(facts),
    ...section(
      'Versions',
      versions.map(({ version, at, actor, changeId, after }) => [
        `v${version}`,
        at,
        after.status,
        changeId,
        actor,
      ]),
      paint,
    ),
    ...section('Configured', ownedBy('configuration', asset), paint),
    ...section('Scaled', ownedBy('scaling', asset), paint),
    ...section('Scaled by the service', ownedBy('native', asset), paint),
    ...section('Shifted', ownedBy('traffic', asset), paint),
    ...section('Needs', dependsOn.map(oneLine), paint),
    ...section('Needed by', neededBy.map(oneLine), paint),
  ];
}

/** Returns a row for each property that an owner of a kind decides, in place of the manifest. */
function ownedBy(kind: OwnerKind, { owners = [], desired }: Asset): string[][] {
  const initial = ', as the initial value';
  const role = { configuration: '', scaling: initial, native: initial, traffic: initial }[kind];
  return owners
    .filter(({ owner }) => owner === kind)
    .map(({ path, requestId, manifest, by }) => [
      oneLineOf(path),
      shownValue(valueAtPath(desired, path) ?? null, false),
      `by ${kind === 'native' ? by : `request ${requestId}`}; the manifest says ${manifest === undefined ? 'nothing' : shownValue(manifest, false)}${role}`,
    ]);
}

function section(title: string, rows: string[][], paint: Paint): string[] {
  return rows.length === 0 ? [] : ['', paint('strong', title), ...table(rows)];
}

function oneLine({ logicalId, type, identifier, id }: Asset): string[] {
  return [logicalId, type, identifier, id];
}
