import type { AssetVersion } from '../../inventory/inventory.ts';
import type { Asset } from '../../model/asset.ts';
import { exitStatus, type Run } from '../command.ts';
import { connect, type Deployment } from '../deployment.ts';
import { type Paint, painter, table } from '../style.ts';

/** An asset with its history and its relationships, both ways. */
interface Shown {
  asset: Asset;
  versions: AssetVersion[];
  dependsOn: Asset[];
  neededBy: Asset[];
}

export const run: Run<{ json: boolean }> = async ({ operands, options, terminal, environment }) => {
  const [assetId = ''] = operands;
  const shown = await read(await connect(environment), assetId);
  if (shown === undefined) {
    terminal.complain(
      `baton: the inventory holds no asset ${assetId}; \`baton inventory list\` shows their ids`,
    );
    return exitStatus.rejected;
  }
  if (options.json) terminal.print(JSON.stringify(shown, null, 2));
  else for (const line of showText(shown, painter(terminal))) terminal.print(line);
  return exitStatus.completed;
};

async function read({ inventory }: Deployment, assetId: string): Promise<Shown | undefined> {
  const asset = await inventory.asset(assetId);
  if (asset === undefined) return undefined;
  const [versions, dependsOn, neededBy] = await Promise.all([
    inventory.versions(assetId),
    inventory.assets(asset.dependsOnAssets),
    inventory.dependents(assetId).then((ids) => inventory.assets(ids)),
  ]);
  return { asset, versions, dependsOn, neededBy };
}

function showText({ asset, versions, dependsOn, neededBy }: Shown, paint: Paint): string[] {
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
    ...section('Needs', dependsOn.map(oneLine), paint),
    ...section('Needed by', neededBy.map(oneLine), paint),
  ];
}

function section(title: string, rows: string[][], paint: Paint): string[] {
  return rows.length === 0 ? [] : ['', paint('strong', title), ...table(rows)];
}

function oneLine({ logicalId, type, identifier, id }: Asset): string[] {
  return [logicalId, type, identifier, id];
}
