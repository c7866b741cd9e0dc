import { expect, test } from 'vitest';
import { type TargetInput, targetInput } from '../../../lib/local/events/target-input.ts';
import type { JsonValue } from '../../../lib/model/json.ts';

const event = {
  id: '7bf73129',
  'detail-type': 'EC2 Instance State-change Notification',
  detail: { 'instance-id': 'i-0123', state: 'RUNNING', tags: ['a', 'b'], more: { deep: 'said "so"' } },
};
const facts = { ruleArn: 'arn:rule', ruleName: 'rule', ingestionTime: '2026-01-01T00:00:00.000Z' };
const transformer = (InputTemplate: string, InputPathsMap: Record<string, string> = {}): TargetInput => ({
  InputTransformer: { InputTemplate, InputPathsMap },
});
const paths = {
  instance: '$.detail.instance-id',
  state: '$.detail.state',
  more: '$.detail.more',
  tag: '$.detail.tags[1]',
  none: '$.detail.none',
};

const rows: [string, TargetInput, JsonValue][] = [
  ['the event', {}, event],
  ['a constant', { Input: '{"a":1}' }, { a: 1 }],
  ['a part', { InputPath: '$.detail.state' }, 'RUNNING'],
  ['a whole part', { InputPath: '$.detail' }, event.detail],
  ['a text', transformer('"instance <instance> is in <state>"', paths), 'instance i-0123 is in RUNNING'],
  ['a text with quotes', transformer('"<instance> is \\"<state>\\""', paths), 'i-0123 is "RUNNING"'],
  [
    'an object',
    transformer('{"instance": <instance>, "tag": <tag>, "all": <more>}', paths),
    { instance: 'i-0123', tag: 'b', all: { deep: 'said "so"' } },
  ],
  ['values in quotes', transformer('{"text": "<instance>: <state>"}', paths), { text: 'i-0123: RUNNING' }],
  ['an object in quotes', transformer('{"text": "<more>"}', paths), { text: '{"deep":"said \\"so\\""}' }],
  ['a missing value', transformer('{"a": <none>, "b": "<none>"}', paths), { a: '', b: '' }],
  [
    'predefined values',
    transformer(
      '{"rule": "<aws.events.rule-name>", "arn": <aws.events.rule-arn>, "event": <aws.events.event.json>}',
    ),
    { rule: 'rule', arn: 'arn:rule', event },
  ],
];
test.each(rows)('passes %s', (_what, target, expected) => {
  expect(JSON.parse(targetInput(target, event, facts))).toEqual(expected);
});
