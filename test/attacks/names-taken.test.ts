import { request as httpRequest } from 'node:http';
import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../lib/model/json.ts';
import { runIdOf } from '../../lib/tasks/apply/begin-run.ts';
import { speak } from '../machines/people.ts';
import { openPlayground, type Playground, queueAndTopic } from '../machines/playground.ts';
import { story } from '../sample.ts';

/** An attacker uses names in advance, guesses them, or reaches the local cloud through another host name. */
let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(() => play.close());
const quiet = () => play.world.clock.quiet();

describe('a request id that another sender used does not block a person', () => {
  const ask = async (who: string, requestId: string, scope: string) => {
    const document = queueAndTopic(scope);
    const reply = await speak(play, who, '/requests', { requestId, file: 'story.yaml', document });
    return { status: reply.status, requestId: String(reply.body.requestId) };
  };

  story('who uses the bus', async () => {
    await play.submit('wanted', queueAndTopic('squatter'));
    const asked = await ask('ana', 'wanted', 'ana-a');
    expect(asked).toMatchObject({ status: 202, requestId: expect.stringMatching(/^wanted-[0-9a-f]{16}$/) });
    await quiet();
    expect(await play.ending(asked.requestId)).toMatchObject({ status: 'Completed' });
    // A repeated submission is the same request.
    expect(await ask('ana', 'wanted', 'ana-a')).toEqual(asked);
  });

  test('who uses the front door', async () => {
    await ask('zoe', 'popular', 'zoe-a');
    const asked = await ask('ana', 'popular', 'ana-b');
    await quiet();
    expect(asked.requestId).not.toBe('popular');
    expect(await play.ending(asked.requestId)).toMatchObject({ status: 'Completed' });
  });

  story('with an id of the maximum length', async () => {
    const long = 'i'.repeat(48);
    await play.submit(long, queueAndTopic('squatter-b'));
    const asked = await ask('ana', long, 'ana-c');
    await quiet();
    expect(asked.requestId.length).toBeLessThanOrEqual(48);
    expect(await play.ending(asked.requestId)).toMatchObject({ status: 'Completed' });
  });

  test('with an event between the front door and Admit', async () => {
    play.deliveries({ delayMillis: (_, event) => (event.source === 'baton.person' ? 60_000 : 0) });
    const asked = await ask('ana', 'raced', 'ana-d');
    await play.put('raced', queueAndTopic('racer'));
    play.deliveries({});
    await quiet();
    expect(asked).toEqual({ status: 202, requestId: 'raced' });
    expect(await play.deployment.ledger.request('raced')).toMatchObject({ requester: 'user/ana' });
    expect(await play.live('racer')).toEqual([]);
    expect((await play.live('ana-d')).length).toBe(2);
  });

  test('while the previous user gets an error', async () => {
    await ask('ana', 'once', 'ana-e');
    expect((await ask('ana', 'once', 'ana-f')).status).toBe(409);
  });
});

test('run names are unique across requests', () => {
  const hashes = ['0123456789abcdef'.repeat(4), 'undo-0123456789a'.repeat(4)];
  const ids = ['a', 'a-undo', 'a-run', 'a-undo-0123456789abcdef', 'a-run-0123456789abcdef', 'a-undo-undo'];
  const names = ids.flatMap((id) =>
    hashes.flatMap((hash) => (['forward', 'undo'] as const).map((way) => runIdOf(id, hash, way))),
  );
  expect(new Set(names).size).toBe(names.length);
  expect(runIdOf('i'.repeat(48), hashes[0] ?? '', 'undo').length).toBeLessThanOrEqual(62);
});

test('an error about a guessed document hash does not reveal the right hash', async () => {
  const text = queueAndTopic('guessed');
  const { key } = await play.deployment.upload(text);
  const documentReference = { key, sha256: 'a'.repeat(64) };
  await play.deployment.putEvent('Infrastructure Request', { requestId: 'guess', documentReference });
  await quiet();
  const { problems } = await play.deployment.ledger.request('guess');
  expect(problems).toMatchObject([{ code: 'MissingDocument' }]);
  const told = JSON.stringify([problems, play.events]).replaceAll(key, '');
  expect(told).not.toContain(sha256(text));
});

describe('the local cloud', () => {
  const status = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const call = httpRequest(play.world.endpoint, { method: 'POST', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      call.on('error', reject).end('{}');
    });
  const port = () => new URL(play.world.endpoint).port;
  const pages: Record<string, () => Record<string, string>> = {
    'a page whose host name points here': () => ({ host: `evil.example:${port()}` }),
    'a host name that starts like ours': () => ({ host: `localhost.evil.example:${port()}` }),
    'a host name that contains ours': () => ({ host: `127.0.0.1.evil.example:${port()}` }),
    'another address': () => ({ host: '169.254.169.254' }),
    'a page of another origin': () => ({ origin: 'https://evil.example' }),
    'a page of no origin': () => ({ origin: 'null' }),
    'a page on this machine': () => ({ origin: `http://localhost:${port()}` }),
  };
  for (const [what, headers] of Object.entries(pages))
    test(`does not answer ${what}`, async () => {
      expect(await status(headers())).toBe(403);
    });

  test('answers its own host names', async () => {
    const client = new AwsClient({
      accessKeyId: 'local',
      secretAccessKey: 'local',
      service: 'sts',
      region: 'us-east-1',
      retries: 0,
    });
    for (const host of ['127.0.0.1', 'localhost']) {
      const answer = await client.fetch(`http://${host}:${port()}/`, {
        method: 'POST',
        body: 'Action=GetCallerIdentity&Version=2011-06-15',
      });
      expect(answer.status).toBe(200);
    }
  });

  test('with its own secret rejects every other secret', async () => {
    const other = await openPlayground({ secret: 'something else' });
    try {
      const derived = play.world.as({ roleArn: 'arn:aws:iam::111111111111:role/baton-pump', session: 'x' });
      const known = [
        { accessKeyId: 'local', secretAccessKey: 'local' },
        { accessKeyId: 'ana', secretAccessKey: 'local' },
        derived,
      ];
      for (const keys of known) {
        const client = new AwsClient({ ...keys, service: 'sts', region: 'us-east-1', retries: 0 });
        const answer = await client.fetch(`${other.world.endpoint}/`, {
          method: 'POST',
          body: 'Action=GetCallerIdentity',
        });
        expect(answer.status).toBe(403);
      }
    } finally {
      await other.close();
    }
  });
});
