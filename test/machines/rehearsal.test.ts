import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf } from '../../lib/cli/local-cloud.ts';
import type { Capsule, Rehearsal } from '../../lib/model/change.ts';
import { getPlan } from '../../lib/tasks/documents-of.ts';
import { baton } from '../cli/support.ts';
import { story } from '../sample.ts';
import { openPlayground, operationSeconds, type Playground, queueAndTopic } from './playground.ts';

let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(() => play.close());

async function kept(requestId: string) {
  const { ledger, documents } = play.deployment;
  const { rehearsalHash = '', inverseHash, planHash, changeId = '' } = await ledger.request(requestId);
  const { capsuleHash } = await ledger.change(changeId);
  return {
    planHash,
    rehearsal: await documents.get<Rehearsal>(rehearsalHash),
    inverse: inverseHash === undefined ? undefined : await getPlan(documents, inverseHash),
    capsule: await documents.get<Capsule>(capsuleHash),
  };
}

describe('the rehearsal of a request', () => {
  it('of new resources: they are deleted again, and the capsule says so', async () => {
    expect(await play.submit('first-r', queueAndTopic('first'))).toMatchObject({ status: 'Completed' });
    const { rehearsal, inverse, capsule, planHash } = await kept('first-r');
    expect(rehearsal).toMatchObject({ outcome: 'passed', seed: 'live', planHash, differences: [] });
    expect(inverse).toMatchObject({ direction: 'undo' });
    expect(capsule.rehearsal).toEqual(rehearsal);
    expect(capsule.predicted.doSeconds).toBeGreaterThan(0);
    expect(capsule.predicted.undoSeconds).toBeGreaterThan(0);
  });

  it('is absent without steps', async () => {
    await play.submit('again-r', queueAndTopic('first'));
    const { rehearsal, inverse } = await kept('again-r');
    expect(rehearsal.outcome).toBe('none');
    expect(inverse).toBeUndefined();
  });

  it('of an update: the model returns to the state of the cloud', async () => {
    const changed = queueAndTopic('first').replace(
      'QueueName: first-queue',
      'QueueName: first-queue, DelaySeconds: 5',
    );
    expect(changed).not.toBe(queueAndTopic('first'));
    expect(await play.submit('update-r', changed)).toMatchObject({ status: 'Completed' });
    expect((await kept('update-r')).rehearsal).toMatchObject({ outcome: 'passed', differences: [] });
  });

  story('learns from each run how long the next will take', async () => {
    for (let round = 0; round < 8; round += 1)
      await play.submit(`learn-${round}`, queueAndTopic(`learn-${round}`));
    const { doSeconds } = (await kept('learn-7')).capsule.predicted;
    expect(Math.abs(doSeconds - 2 * operationSeconds)).toBeLessThan(operationSeconds);
  });

  it('is shown to people, in a list and individually', async () => {
    const environment = environmentOf(play.world);
    const list = await baton(['changes', 'list'], environment);
    expect(list.status).toBe(0);
    expect(list.stdout).toContain('CHG-first-r');
    const shown = await baton(['changes', 'show', 'first-r'], environment);
    expect(shown.stdout).toContain('undo gave back exactly what was there');
    const json = await baton(['changes', 'show', 'CHG-first-r', '--json'], environment);
    expect(JSON.parse(json.stdout)).toMatchObject({ change: { changeId: 'CHG-first-r' }, decisions: [] });
    expect(await baton(['changes', 'show', 'nobody'], environment)).toMatchObject({ status: 2, stdout: '' });
  });
});
