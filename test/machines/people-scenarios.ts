import type { JsonObject } from '../../lib/model/json.ts';
import { changedByHand } from './change-invariants.ts';
import { speak } from './people.ts';
import { plainScenarios, type Scenario, submit } from './scenarios.ts';
import type { Stage } from './stage.ts';

/**
 * Changes in `regulated` that people decide: ben requests the deletion of a topic, which needs one of ana, cho and dee,
 * or two if several changes are concurrent. Eve may submit emergencies.
 */
const topics = (scope: string, names: string[], header = '') => `environment: regulated
service: ${scope}
owner: tests
reason: a scenario
${header}
Resources:
${names.map((name) => `  ${name}: { Type: AWS::SNS::Topic, Properties: { TopicName: ${scope}-${name}, KmsMasterKeyId: alias/ours, DisplayName: ours } }\n`).join('')}`;

const environment = 'regulated';
/** Requests the deletion of the topic through the front door. Its response is not checked here. */
const asking =
  (who: string, header = ''): Scenario['play'] =>
  async (stage, scope, requestId) => {
    const document = topics(scope, ['Kept'], header);
    await speak(stage, who, '/requests', { requestId, file: 'scenario.yaml', document });
    await stage.world.clock.quiet();
  };

type Kind = 'approve' | 'reject' | 'withdraw';
const decide = (stage: Stage, who: string, kind: Kind, { changeId, capsuleHash }: JsonObject) =>
  speak(stage, who, `/changes/${changeId}/${kind}`, { capsuleHash, reason: 'a scenario' });

/** One after another, ten minutes apart, so the effects of each decision are complete when the next person speaks. */
const deciding =
  (kind: Kind, ...people: string[]) =>
  async (stage: Stage, _scope: string, detail: JsonObject): Promise<void> => {
    const { clock } = stage.world;
    for (const [index, who] of people.entries()) {
      const speak = () => void clock.busy(() => decide(stage, who, kind, detail));
      clock.setTimer(clock.now() + index * 600_000, speak, { kind: 'execution' });
    }
  };

/** Creates the two topics, with approval if the type is new in the environment. */
async function before(stage: Stage, scope: string): Promise<void> {
  const approve = deciding('approve', 'ana', 'cho', 'dee');
  const onEvent = (event: JsonObject) => {
    if (event['detail-type'] === 'Change Approval Requested')
      void approve(stage, scope, event.detail as JsonObject);
  };
  stage.disturb({ onEvent });
  const requestId = `${scope}-before`;
  await submit(stage, requestId, topics(scope, ['Kept', 'Gone']));
  stage.disturb({});
  const request = await stage.deployment.ledger.request(requestId);
  if (request.status !== 'Completed') throw new Error(`${requestId} is ${request.status}: ${request.reason}`);
}

function changeByHand({ world }: Stage, topicName: string): void {
  const { store } = world.services.cloudControl;
  const topic = store.list('AWS::SNS::Topic').find(({ properties }) => properties.TopicName === topicName);
  if (topic !== undefined)
    store.put({ ...topic, properties: { ...topic.properties, DisplayName: changedByHand } });
}

export const peopleScenarios: Scenario[] = [
  {
    name: 'approve',
    ends: 'Completed',
    ...{ environment, before },
    play: asking('ben'),
    people: { 'Change Approval Requested': deciding('approve', 'ana') },
  },
  {
    name: 'two refuse',
    ends: 'Rejected',
    ...{ environment, before },
    play: asking('ben'),
    people: { 'Change Approval Requested': deciding('reject', 'cho', 'dee') },
  },
  {
    name: 'silence',
    ends: 'Rejected',
    ...{ environment, before },
    play: asking('ben'),
  },
  {
    name: 'cancel while people think',
    ends: 'RolledBack',
    ...{ environment, before },
    play: asking('ben'),
    people: {
      'Change Approval Requested': async (stage, _scope, { requestId }) => {
        await speak(stage, 'ben', `/requests/${requestId}/cancel`, { reason: 'a scenario' });
      },
    },
  },
  {
    // The resource to delete is changed by hand before the approval, so new approvals are needed.
    name: 'stale',
    ends: 'Completed',
    ...{ environment, before, governanceOnly: true },
    play: asking('ben'),
    people: {
      'Change Approval Requested': async (stage, scope, detail) => {
        changeByHand(stage, `${scope}-Gone`);
        await deciding('approve', 'ana', 'cho')(stage, scope, detail);
      },
    },
  },
  {
    name: 'emergency',
    ends: 'Completed',
    ...{ environment, before },
    play: asking('eve', 'change: emergency'),
    people: { 'Change Review Due': deciding('approve', 'ana') },
  },
];

/** For a stage where `regulated` has a nightly window: approved at 1 p.m., it runs at half past two at night. */
export const windowScenarios: Scenario[] = [
  {
    name: 'window',
    ends: 'Completed',
    ...{ environment, governanceOnly: true },
    before: async (stage, scope) => {
      await before(stage, scope);
      await untilNoon(stage);
    },
    play: asking('ben'),
    people: { 'Change Approval Requested': deciding('approve', 'ana') },
  },
];

/** The window opens after the same time in every case. */
export async function untilNoon({ world: { clock } }: Stage): Promise<void> {
  const day = 86_400_000;
  const noon = Math.floor(clock.now() / day) * day + day / 2;
  const due = noon > clock.now() ? noon : noon + day;
  clock.setTimer(due, () => {}, { kind: 'execution' });
  await clock.quiet();
}

export const scenarios: Scenario[] = [...plainScenarios, ...peopleScenarios];
