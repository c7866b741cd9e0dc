import { AwsClient } from 'aws4fetch';
import type { Stage } from './stage.ts';

export interface DoorReply {
  status: number;
  /** The code of a refusal. */
  code?: string;
  body: Record<string, unknown>;
}

/**
 * Calls the front door as a person: `ana` is the IAM user with that name. For other forms see lib/local/iam/people.ts.
 */
export async function speak(
  { deployment, world }: Pick<Stage, 'deployment' | 'world'>,
  accessKeyId: string,
  path: string,
  body: object,
): Promise<DoorReply> {
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey: 'local',
    region: deployment.region,
    service: 'lambda',
    retries: 0,
  });
  const url = await urlFor(deployment, path);
  // Time must not pass while a person decides.
  return world.clock.busy(async () => {
    const answer = await client.fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    const text = await answer.text();
    const said = (text.startsWith('{') ? JSON.parse(text) : { text }) as Record<string, unknown>;
    const code = (said.error as { code?: string } | undefined)?.code;
    return { status: answer.status, body: said, ...(code === undefined ? {} : { code }) };
  });
}

/** Returns the URL for a path. Decisions have a separate URL. */
async function urlFor({ parameters }: Stage['deployment'], path: string): Promise<string> {
  const { '/baton/config': config = '{}' } = await parameters(['/baton/config']);
  const { doorUrl, decisionsUrl } = JSON.parse(config) as { doorUrl?: string; decisionsUrl?: string };
  const decides = /\/(approve|reject|withdraw)$/.test(path);
  return String(decides ? decisionsUrl : doorUrl).replace(/\/$/, '');
}
