import { AwsClient } from 'aws4fetch';
import * as z from 'zod';
import type { NamingRules } from '../change/assume/voices.ts';
import type { cancellationRequested, RequestForm, trafficDirective } from '../events/catalog.ts';
import type { ChangeRecord } from '../ledger/records.ts';
import type { DecisionKind } from '../model/change.ts';
import type { Decided } from '../tasks/door/decide.ts';
import { DoorRefused } from './errors.ts';

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export type ChangeSummary = Pick<
  ChangeRecord,
  | 'changeId'
  | 'requestId'
  | 'type'
  | 'status'
  | 'capsuleHash'
  | 'environment'
  | 'service'
  | 'riskLevel'
  | 'expiresAt'
> & { requester: { voice: string } };

/** The URLs for submitting and for deciding. Both end in a slash. */
export interface DoorUrls {
  doorUrl: string;
  decisionsUrl: string;
}

/** The client of the front door. It signs every request, and the signer is the speaker. */
export class Door {
  readonly #urls: DoorUrls;
  readonly #client: AwsClient;
  readonly #region: string;

  constructor(urls: DoorUrls, region: string, keys: Keys) {
    this.#urls = urls;
    this.#region = region;
    this.#client = new AwsClient({ ...keys, retries: 3 });
  }

  /** @returns the requester, as proven by the front door. @throws DoorRefused */
  async submit(detail: z.input<RequestForm>): Promise<{ requestId: string; requester: string }> {
    return this.#call('POST', 'requests', detail);
  }

  /** @throws DoorRefused */
  async cancel({ requestId, ...wish }: z.input<typeof cancellationRequested>): Promise<void> {
    await this.#call('POST', `requests/${requestId}/cancel`, wish);
  }

  /** @throws DoorRefused */
  async direct({ requestId, ...wish }: z.input<typeof trafficDirective>): Promise<void> {
    await this.#call('POST', `requests/${requestId}/traffic`, wish);
  }

  /** Returns the settings that name people, as deployed. @throws DoorRefused */
  async naming(): Promise<NamingRules> {
    return this.#call('GET', 'naming');
  }

  /** @throws DoorRefused */
  async change(changeId: string): Promise<ChangeSummary> {
    return this.#call('GET', `changes/${changeId}`);
  }

  /** @throws DoorRefused */
  async decide(
    changeId: string,
    kind: DecisionKind,
    decision: { capsuleHash: string; reason?: string },
  ): Promise<Decided> {
    return this.#call('POST', `changes/${changeId}/${kind}`, decision, this.#urls.decisionsUrl);
  }

  async #call<T>(method: 'GET' | 'POST', path: string, body?: object, url = this.#urls.doorUrl): Promise<T> {
    const answer = await this.#client.fetch(`${url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      aws: { service: 'lambda', region: this.#region },
    });
    const text = await answer.text();
    if (answer.ok) return JSON.parse(text) as T;
    throw refusedBy(answer.status, text);
  }
}

const ofDoor = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const ofLambda = z.object({ message: z.string().optional(), Message: z.string().optional() });

function refusedBy(status: number, text: string): Error {
  const json = parsedOrText(text);
  const door = ofDoor.safeParse(json);
  if (door.success) return new DoorRefused(door.data.error.code, status, door.data.error.message);
  const { message, Message } = ofLambda.safeParse(json).data ?? {};
  const why = message ?? Message ?? text;
  if (status === 403)
    return new DoorRefused(
      'Forbidden',
      status,
      `AWS does not let these credentials through the door: ${why} Whoever speaks there needs the policy baton-person.`,
    );
  return new Error(`the door answers ${status}: ${why}`);
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
