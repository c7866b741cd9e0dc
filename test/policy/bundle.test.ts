import { expect, test } from 'vitest';
import {
  builtInPacks,
  createEngine,
  loadBundle,
  parseBundle,
  serializeBundle,
} from '../../lib/policy/index.ts';
import { bundleOf, lookup, policy, request, resource } from './support.ts';

const good = policy('resource has BucketName && resource.BucketName == "bad"');

test('rejects a missing pack by name', () => {
  expect(() => loadBundle([{ name: 'nowhere', mode: 'warn' }], [builtInPacks], lookup)).toThrow(
    /policy pack nowhere/,
  );
});

test('rejects a rule in two files, because it is undefined which applies', () => {
  expect(() => bundleOf({ 'a.cedar': good, 'b.cedar': good })).toThrow(
    /RULE stands in .*a\.cedar and .*b\.cedar/,
  );
});

test('rejects a pack named twice, because it is undefined which mode applies', () => {
  const twice = (['enforce', 'warn'] as const).map((mode) => ({ name: 'starter', mode }));
  expect(() => loadBundle(twice, [builtInPacks], lookup)).toThrow(/starter is named 2 times/);
});

test('reports all problems of all files at once', () => {
  const load = () =>
    bundleOf({ 'a.cedar': policy('resource has Typo'), 'b.cedar': policy('false', { id: 'B' }) });
  expect(load).toThrow(/a\.cedar:2 .*Typo[\s\S]*b\.cedar:1 .*never apply/);
});

test.each([
  ['invalid JSON', 'x', /no JSON/],
  ['another document', '{}', /not a policy bundle/],
  ['a changed policy', serializeBundle(bundleOf({ 'a.cedar': good })).replaceAll('bad', 'worse'), /hash/],
  ['a less strict mode', serializeBundle(bundleOf({ 'a.cedar': good })).replace('enforce', 'warn'), /hash/],
  [
    'an emptied body',
    serializeBundle(bundleOf({ 'a.cedar': good })).replace(/"body":"[\s\S]*?[^\\]"/, '"body":""'),
    /hash/,
  ],
])('%s is no bundle', (_what, text, message) => {
  expect(() => parseBundle(text)).toThrow(message);
});

test('a parsed bundle evaluates like the original', () => {
  const bundle = bundleOf({ 'a.cedar': good });
  const back = parseBundle(serializeBundle(bundle));
  expect(back).toEqual(JSON.parse(serializeBundle(bundle)));
  const bad = [resource('AWS::S3::Bucket', { BucketName: 'bad' })];
  expect(createEngine(back, lookup).judge(request, bad, 'call')).toEqual(
    createEngine(bundle, lookup).judge(request, bad, 'call'),
  );
});

test('the hash depends on the modes and the policies only', () => {
  const hash = bundleOf({ 'a.cedar': good }).hash;
  expect(bundleOf({ 'a.cedar': good }).hash).toBe(hash);
  expect(bundleOf({ 'a.cedar': good }, 'warn').hash).not.toBe(hash);
});

test('several policies of one file may share their rule', () => {
  const second = policy('resource has IpProtocol', { type: 'AWS::EC2::SecurityGroup::Ingress' });
  expect(
    bundleOf({ 'a.cedar': `${good}\n\n${second}` }).policies.map(({ id, types }) => [id, types]),
  ).toEqual([
    ['RULE', ['AWS::S3::Bucket']],
    ['RULE', ['AWS::EC2::SecurityGroup::Ingress']],
  ]);
});
