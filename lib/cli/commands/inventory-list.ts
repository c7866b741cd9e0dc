import { type IndexedField, indexes } from '../../inventory/keys.ts';
import type { Asset } from '../../model/asset.ts';
import { compareText } from '../../model/text.ts';
import { exitStatus, type Run } from '../command.ts';
import { connect } from '../deployment.ts';
import { counted, painter, table } from '../style.ts';

type Wanted = Partial<Record<IndexedField, string>>;

/** Narrowest index first: what few assets share is asked for, the rest is sieved. */
const byNarrowness: IndexedField[] = ['type', 'service', 'owner', 'environment', 'status'];

export const run: Run<Wanted & { json: boolean }> = async ({ options, terminal, environment }) => {
  const { json, ...given } = options;
  const wanted: Wanted = { ...given, status: given.status ?? 'Active' };
  const deployment = await connect(environment);
  const field = byNarrowness.find((name) => wanted[name] !== undefined) ?? 'status';
  const found = await deployment.inventory.find(field, wanted[field] ?? 'Active');
  const assets = found.filter((asset) => fits(asset, wanted)).sort(byPlace);
  if (json) terminal.print(JSON.stringify({ assets }, null, 2));
  else for (const line of listText(assets, painter(terminal))) terminal.print(line);
  return exitStatus.completed;
};

function fits(asset: Asset, wanted: Wanted): boolean {
  const fields = Object.keys(indexes) as IndexedField[];
  return fields.every((field) => wanted[field] === undefined || asset[field] === wanted[field]);
}

function byPlace(left: Asset, right: Asset): number {
  return compareText(`${left.scope} ${left.logicalId}`, `${right.scope} ${right.logicalId}`);
}

function listText(assets: Asset[], paint: ReturnType<typeof painter>): string[] {
  if (assets.length === 0) return ['No assets.'];
  const heading = ['Asset', 'Scope', 'Resource', 'Type', 'Identifier', 'Owner', 'Status', 'Version'];
  const rows = assets.map(({ id, scope, logicalId, type, identifier, owner, status, version }) => [
    id,
    scope,
    logicalId,
    type,
    identifier,
    owner,
    status,
    `v${version}`,
  ]);
  return [
    ...table([heading.map((text) => paint('strong', text)), ...rows], ''),
    paint('quiet', counted(assets.length, 'asset')),
  ];
}
