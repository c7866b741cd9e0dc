import { connect } from '../../client/deployment.ts';
import { listAssets, type WantedAssets } from '../../client/inventory/list-assets.ts';
import type { Asset } from '../../model/asset.ts';
import { exitStatus, type Run } from '../command.ts';
import { printJson } from '../print-json.ts';
import { counted, painter, table } from '../style.ts';

export const run: Run<WantedAssets & { json: boolean }> = async ({ options, terminal, environment }) => {
  const { json, ...wanted } = options;
  const { inventory } = await connect(environment);
  const assets = await listAssets(inventory, wanted);
  if (json) printJson(terminal, 'assets', { assets });
  else for (const line of listText(assets, painter(terminal))) terminal.print(line);
  return exitStatus.completed;
};

function listText(assets: Asset[], paint: ReturnType<typeof painter>): string[] {
  if (assets.length === 0) return ['No assets.'];
  // Most deployments have one place, of which every row would say the same.
  const places = assets.map(({ account, region }) => `${account}/${region}`);
  const several = new Set(places).size > 1;
  const heading = ['Asset', 'Scope', 'Resource', 'Type', 'Identifier', 'Owner', 'Status', 'Version'];
  if (several) heading.push('Place');
  const rows = assets.map(({ id, scope, logicalId, type, identifier, owner, status, version }, index) => [
    ...[id, scope, logicalId, type, identifier, owner, status, `v${version}`],
    ...(several ? [places[index] ?? ''] : []),
  ]);
  return [
    ...table([heading.map((text) => paint('strong', text)), ...rows], ''),
    paint('quiet', counted(assets.length, 'asset')),
  ];
}
