import type { ChangeRecord } from '../../ledger/records.ts';
import { answer, type DoorAnswer, DoorRefusal, refusal } from './answer.ts';
import { type Call, callOf, type DoorEvent, type Identities } from './call.ts';
import { type DecideServices, decide } from './decide.ts';
import { type NamingServices, namingOf } from './naming.ts';
import { cancel, direct, type SubmitServices, submit } from './submit.ts';

export type RequestServices = SubmitServices & Identities & NamingServices;
export type DecisionServices = DecideServices & Identities;

type Route<Services> = (services: Services, call: Call, id: string) => Promise<DoorAnswer>;
type Routes<Services> = [method: string, path: RegExp, route: Route<Services>][];

const deciding =
  (kind: 'approve' | 'reject' | 'withdraw'): Route<DecisionServices> =>
  async (services, call, changeId) =>
    answer(200, await decide(services, call, changeId, kind));

const whoSpeaks: Route<unknown> = async (_services, { speaker }) => answer(200, { speaker });

/** The routes of the front door: method and path with one id. */
const requestRoutes: Routes<RequestServices> = [
  ['GET', /^\/$/, whoSpeaks],
  ['GET', /^\/naming$/, async (services) => answer(200, namingOf(services))],
  ['POST', /^\/requests$/, async (services, call) => answer(202, await submit(services, call))],
  [
    'POST',
    /^\/requests\/([\w-]{1,48})\/cancel$/,
    async (services, call, id) => answer(202, await cancel(services, call, id)),
  ],
  [
    'POST',
    /^\/requests\/([\w-]{1,48})\/traffic$/,
    async (services, call, id) => answer(202, await direct(services, call, id)),
  ],
  [
    'GET',
    /^\/changes\/([\w-]{1,64})$/,
    async (services, _call, id) => answer(200, await summary(services, id)),
  ],
];

/** The routes for decisions. */
const decisionRoutes: Routes<DecisionServices> = [
  ['GET', /^\/$/, whoSpeaks],
  ['POST', /^\/changes\/([\w-]{1,64})\/approve$/, deciding('approve')],
  ['POST', /^\/changes\/([\w-]{1,64})\/reject$/, deciding('reject')],
  ['POST', /^\/changes\/([\w-]{1,64})\/withdraw$/, deciding('withdraw')],
];

/**
 * The API for submitting people: the signer of the request is the speaker, and nothing in the request can change that.
 *
 * `POST /requests`, `POST /requests/ID/cancel`, `POST /requests/ID/traffic` to direct a shift of traffic, `GET /changes/ID`, `GET /naming` for the settings that name people,
 * `GET /` for the caller's own voice. Responses and refusals are JSON; a refusal is `{error: {code, message}}`.
 */
export async function frontDoor(services: RequestServices, event: DoorEvent): Promise<DoorAnswer> {
  return answered(requestRoutes, services, event);
}

/** The API for deciding people: `POST /changes/ID/{approve,reject,withdraw}`, `GET /`. */
export async function decisionDoor(services: DecisionServices, event: DoorEvent): Promise<DoorAnswer> {
  return answered(decisionRoutes, services, event);
}

async function answered<Services extends Identities>(
  routes: Routes<Services>,
  services: Services,
  event: DoorEvent,
): Promise<DoorAnswer> {
  try {
    const call = await callOf(services, event);
    const path = call.path.length > 1 ? call.path.replace(/\/$/, '') : '/';
    for (const [method, pattern, route] of routes) {
      const match = pattern.exec(path);
      if (match !== null && method === call.method) return await route(services, call, match[1] ?? '');
    }
    throw new DoorRefusal(404, 'NoSuchPath', `There is nothing at ${call.method} ${call.path}.`);
  } catch (error) {
    if (error instanceof DoorRefusal) return refusal(error);
    throw error;
  }
}

/** Returns what a person needs for a decision. The capsule itself is read from its store. */
async function summary({ ledger }: RequestServices, changeId: string): Promise<Partial<ChangeRecord>> {
  const change = await ledger.findChange(changeId);
  if (change === undefined)
    throw new DoorRefusal(404, 'UnknownChange', `The ledger holds no change ${changeId}.`);
  const { requestId, type, status, capsuleHash, environment, service, requester, riskLevel, expiresAt } =
    change;
  return {
    changeId,
    requestId,
    type,
    status,
    capsuleHash,
    environment,
    service,
    requester,
    riskLevel,
    expiresAt,
  };
}
