import * as z from 'zod/mini';
import { principalOf, roleToProve, SpeakerRefused, speakerOf } from '../../change/speaker.ts';
import type { RoleFacts } from '../../change/speaker-role.ts';
import type { Speaker } from '../../model/change.ts';
import type { Settings } from '../../model/settings.ts';
import { DoorRefusal } from './answer.ts';

/** The parts of a function URL's event that the front door reads: payload format 2.0, Lambda Developer Guide. */
export const doorEvent = z.object({
  rawPath: z.string(),
  body: z.optional(z.nullable(z.string())),
  isBase64Encoded: z.optional(z.boolean()),
  requestContext: z.object({
    requestId: z.string(),
    timeEpoch: z.number(),
    http: z.object({ method: z.string() }),
    authorizer: z.optional(
      z.nullable(
        z.object({
          iam: z.optional(z.object({ accountId: z.string(), userArn: z.string(), userId: z.string() })),
        }),
      ),
    ),
  }),
});
export type DoorEvent = z.output<typeof doorEvent>;

/** A call to the front door: who speaks, and the content. */
export interface Call {
  speaker: Speaker;
  method: string;
  path: string;
  /** Unique id of the call. */
  id: string;
  /** ISO 8601 instant of its arrival. */
  now: string;
  /** Returns the body as JSON. @throws DoorRefusal */
  json(): unknown;
}

export interface Identities {
  settings: Pick<Settings, 'groups' | 'people'>;
  /** Baton's own account. */
  account: string;
  /** Returns the data of a role in this account from IAM, or undefined if it can't be read or doesn't exist. */
  findRole(name: string): Promise<RoleFacts | undefined>;
}

/** @throws DoorRefusal if the speaker is unknown */
export async function callOf(identities: Identities, event: DoorEvent): Promise<Call> {
  const { requestContext, rawPath } = event;
  return {
    speaker: await whoSpeaks(identities, event),
    method: requestContext.http.method,
    path: rawPath,
    id: requestContext.requestId,
    now: new Date(requestContext.timeEpoch).toISOString(),
    json: () => bodyOf(event),
  };
}

async function whoSpeaks({ settings, account, findRole }: Identities, event: DoorEvent): Promise<Speaker> {
  const iam = event.requestContext.authorizer?.iam;
  if (iam === undefined)
    throw new DoorRefusal(403, 'NoSpeaker', 'The request is not signed, so the caller is unknown.');
  try {
    const principal = principalOf(iam);
    const name = roleToProve(principal, { account });
    const role = name === undefined ? undefined : await findRole(name);
    return speakerOf(principal, { account, people: settings.people, role });
  } catch (error) {
    if (error instanceof SpeakerRefused) throw new DoorRefusal(403, error.name, error.message);
    throw error;
  }
}

function bodyOf({ body, isBase64Encoded }: DoorEvent): unknown {
  const text = isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? '');
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new DoorRefusal(400, 'InvalidBody', 'The body is not JSON.');
  }
}

/** Returns the validated body. @throws DoorRefusal with every problem */
export function parsed<Schema extends z.core.$ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = z.safeParse(schema, body);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => ({
    path: path.join('.'),
    message,
    code: 'InvalidRequest',
  }));
  const first = problems
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ');
  throw new DoorRefusal(400, 'InvalidRequest', first, problems);
}
