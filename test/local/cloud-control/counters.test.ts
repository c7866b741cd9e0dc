import { expect, test } from 'vitest';
import { updateResource } from '../../../lib/local/cloud-control/handlers.ts';
import type { Operation } from '../../../lib/local/cloud-control/operation.ts';
import { ResourceStore } from '../../../lib/local/cloud-control/resource-store.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const template = {
  LaunchTemplateData: { ImageId: 'ami-1' },
  LatestVersionNumber: '1',
  DefaultVersionNumber: '1',
};

/** Returns the numbers after consecutive updates. */
function after(...updates: JsonObject[]): unknown[] {
  const store = new ResourceStore();
  const place = { type: 'AWS::EC2::LaunchTemplate', identifier: 'lt-1' };
  store.put({ ...place, properties: template, createdMillis: 0 });
  return updates.map((change) => {
    const properties = { ...store.get(place.type, place.identifier)?.properties, ...change };
    updateResource({ ...place, properties } as unknown as Operation, store);
    return store.get(place.type, place.identifier)?.properties.LatestVersionNumber;
  });
}

test('every update of its data creates a new version of a launch template', () => {
  expect(
    after({ LaunchTemplateData: { ImageId: 'ami-2' } }, { LaunchTemplateData: { ImageId: 'ami-3' } }),
  ).toEqual(['2', '3']);
});

test('other updates do not', () => {
  expect(after({ TagSpecifications: [] }, { LaunchTemplateData: { ImageId: 'ami-1' } })).toEqual(['1', '1']);
});
