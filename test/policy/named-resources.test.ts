import { expect, test } from 'vitest';
import { createEngine } from '../../lib/policy/index.ts';
import { namedResources } from '../../lib/policy/named-resources.ts';
import { bundleOf, lookup, request, resource } from './support.ts';

test('only names that AWS assigns count', () => {
  const all = [
    'AWS::SNS::Topic',
    'AWS::CloudFormation::CustomResource',
    'Custom::A',
    'AWS::Route53::RecordSet',
  ];
  const resources = all.map((type, index) => resource(type, {}, `R${index}`));
  expect([...namedResources(resources)]).toEqual(['R0']);
});

test("a verdict is final if a Ref to another resource can't be a wildcard", () => {
  const bundle = bundleOf({
    'a.cedar': `@id("A") @severity("low") @message("a")
      forbid (principal, action, resource is AWS::SNS::TopicPolicy::IamStatement)
      when { resource.Resources.contains("*") };`,
  });
  const engine = createEngine(bundle, lookup);
  const policy = (id: string) =>
    resource('AWS::SNS::TopicPolicy', { PolicyDocument: { Statement: { Resource: { Ref: id } } } }, 'Policy');
  const topic = resource('AWS::SNS::Topic', {}, 'Topic');
  const verdictOn = (id: string) => engine.judge(request, [policy(id), topic], 'admission');
  expect(verdictOn('Topic')).toMatchObject({ decision: 'allow', pending: [] });
  expect(verdictOn('Parameter').pending).toHaveLength(1);
});
