import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { type Update, updatePatch } from '../../lib/providers/update-patch.ts';

const patch = (more: Partial<Update>) =>
  updatePatch({
    ...{ direction: 'forward', previous: undefined, applied: undefined, after: {}, live: {} },
    ...{ spec: { writeOnly: [], createOnly: [] } },
    ...more,
  });

describe('an update after an undo put a whole pre-image back', () => {
  const live = { TopicName: 'made-up', DisplayName: 'one', Config: { Mode: 'x', Default: true } };
  it('does not remove what nobody asked for, inside objects either', () => {
    const previous = { DisplayName: 'one', Config: { Mode: 'x' } };
    const after = { DisplayName: 'two', Config: { Mode: 'x' } };
    expect(patch({ previous, applied: live, after, live })).toEqual([
      { op: 'replace', path: '/DisplayName', value: 'two' },
    ]);
  });
  it('removes what was asked for and is no more', () => {
    const previous = { DisplayName: 'one', Config: { Mode: 'x', Default: true } };
    expect(patch({ previous, applied: live, after: { Config: { Mode: 'x' } }, live })).toEqual([
      { op: 'remove', path: '/DisplayName' },
      { op: 'remove', path: '/Config/Default' },
    ]);
  });
  it('knows what a reference came to', () => {
    const previous = { Config: { 'Fn::GetAtt': ['A', 'Config'] } };
    expect(patch({ previous, applied: { Config: { Mode: 'x' } }, after: { Config: {} }, live })).toEqual([
      { op: 'remove', path: '/Config/Mode' },
    ]);
  });
});

describe('what stays for the life of a resource', () => {
  const spec = {
    writeOnly: ['Subnets', 'Source.Start', 'Login.Password'],
    createOnly: ['Subnets', 'Source.Start', 'KmsKeyId'],
  };
  const asked = {
    Subnets: 'a',
    Source: { Start: 'LATEST' },
    KmsKeyId: 'a1',
    Login: { Password: 'p' },
    Size: 1,
  };
  const live = { KmsKeyId: 'arn:key/a1', Login: {}, Size: 1 };
  const sizeAndPassword = [
    { op: 'add', path: '/Login/Password', value: 'p' },
    { op: 'replace', path: '/Size', value: 2 },
  ];
  it('is in no update, though reads hide it, and what else they hide is', () => {
    const after = { ...asked, Size: 2 };
    expect(patch({ spec, previous: asked, applied: asked, after, live })).toEqual(sizeAndPassword);
  });
  it('is in no undo, however the service writes it', () => {
    const after = { ...asked, Size: 2 };
    expect(patch({ direction: 'undo', spec, previous: asked, applied: asked, after, live })).toEqual(
      sizeAndPassword,
    );
    const { KmsKeyId: _, ...less } = asked;
    expect(patch({ direction: 'undo', spec, previous: asked, applied: asked, after: less, live })).toEqual([
      { op: 'add', path: '/Login/Password', value: 'p' },
    ]);
  });
  it('goes along in a list, which is sent whole', () => {
    const types = { writeOnly: [], createOnly: ['Rules.*.Id'] };
    const after = { Rules: [{ Id: 1, Port: 443 }] };
    const before = { Rules: [{ Id: 1, Port: 80 }] };
    expect(patch({ spec: types, previous: before, applied: before, after, live: before })).toEqual([
      { op: 'replace', path: '/Rules', value: after.Rules },
    ]);
  });
});

describe('a list of tags', () => {
  const tag = (Key: string, Value = 'x') => ({ Key, Value });
  const spec: Update['spec'] = { writeOnly: [], createOnly: [], tags: { property: 'Tags', form: 'list' } };
  const sent = (before: string[] | undefined, after: string[] | undefined, live: string[], more = {}) => {
    const properties = (keys: string[] | undefined): JsonObject =>
      keys === undefined ? {} : { Tags: keys.map((key) => tag(key)) };
    const [previous, applied] = [properties(before), properties(before)];
    return patch({ spec, previous, applied, after: properties(after), live: properties(live), ...more });
  };
  it('is sent with what others have put there', () => {
    expect(sent(undefined, ['own'], ['theirs'])).toEqual([
      { op: 'replace', path: '/Tags', value: [tag('own'), tag('theirs')] },
    ]);
    expect(sent(['a', 'b'], ['a'], ['a', 'b', 'theirs'])).toEqual([
      { op: 'replace', path: '/Tags', value: [tag('a'), tag('theirs')] },
    ]);
  });
  it('loses only what was asked for and is no more', () => {
    expect(sent(['own'], undefined, ['own', 'theirs'])).toEqual([
      { op: 'replace', path: '/Tags', value: [tag('theirs')] },
    ]);
    expect(sent(['own'], undefined, ['own'])).toEqual([{ op: 'remove', path: '/Tags' }]);
    expect(sent(['own'], undefined, ['own', 'theirs'], { direction: 'undo' })).toEqual([
      { op: 'replace', path: '/Tags', value: [tag('theirs')] },
    ]);
  });
  it('is left alone where nobody asks for another one', () => {
    expect(sent(['a'], ['a'], ['a', 'theirs'])).toEqual([]);
    expect(sent(undefined, undefined, ['theirs'])).toEqual([]);
  });
});
