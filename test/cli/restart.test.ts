import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf, type LocalCloud } from '../../lib/cli/local-cloud.ts';
import { baton } from './support.ts';
import { startWarmCloud } from './warm-cloud.ts';

const manifest = `environment: dev
service: shop
owner: payments
reason: a service to restart
Resources:
  Cluster: { Type: AWS::ECS::Cluster, Properties: { ClusterName: shop } }
  Service:
    Type: AWS::ECS::Service
    Properties: { Cluster: !Ref Cluster, ServiceName: shop, TaskDefinition: shop, DesiredCount: 2 }
    Baton: { health: [{ kind: property, path: ServiceName, equals: shop }], bake: 2m }
`;

describe('baton restart', () => {
  let cloud: LocalCloud;
  const run = (...line: string[]) => baton(line, environmentOf(cloud.world));
  beforeAll(async () => {
    cloud = await startWarmCloud();
    const file = join(mkdtempSync(join(tmpdir(), 'baton-')), 'shop.yaml');
    writeFileSync(file, manifest);
    const { status, stdout, stderr } = await run('submit', file);
    expect(status, stdout + stderr).toBe(0);
  });
  afterAll(() => cloud.world.stop());

  for (const [what, operands, reason] of [
    ['an asset that does not exist', ['dev/shop/Nope'], 'the inventory holds no asset dev/shop/Nope'],
    ['a type that has no restart', ['dev/shop/Cluster'], 'AWS::ECS::Cluster, which has no verb "restart"'],
    ['no asset', [], 'ASSET is missing'],
  ] as const)
    it(`rejects ${what}`, async () => {
      const { status, stdout, stderr } = await run('restart', ...operands, '--reason', 'stuck');
      expect(status).toBe(2);
      expect(stdout + stderr).toContain(reason);
    });

  it('shows what it does, waits for the health checks, and leaves nothing for the next manifest to change', async () => {
    const { status, stdout } = await run('restart', 'dev/shop/Service', '--reason', 'stuck');
    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(/! Service +AWS::ECS::Service +\(restart; harm: none\)/);
    expect(stdout).toMatch(/\? Service +AWS::ECS::Service +\(health checks must hold for 2 min 0 s\)/);
    expect(stdout).toMatch(/✓ Service +restart done in/);
    expect(stdout).toMatch(/✓ Service +healthy for 120 s/);
    const shown = await run('inventory', 'show', 'dev/shop/Service');
    expect(shown.stdout).toMatch(/Status +Active, version 4/);
  });
});
