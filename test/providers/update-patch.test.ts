import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import { merged, type Update, updatePatch } from '../../lib/providers/update-patch.ts';

const patch = (more: Partial<Update>) =>
  updatePatch({
    ...{ direction: 'forward', previous: undefined, applied: undefined, after: {}, live: {} },
    ...{ spec: { writeOnly: [], createOnly: [] } },
    ...more,
  });

describe('an update after a rollback restored a whole pre-image', () => {
  const live = { TopicName: 'made-up', DisplayName: 'one', Config: { Mode: 'x', Default: true } };
  it('does not remove what no request set, also inside objects', () => {
    const previous = { DisplayName: 'one', Config: { Mode: 'x' } };
    const after = { DisplayName: 'two', Config: { Mode: 'x' } };
    expect(patch({ previous, applied: live, after, live })).toEqual([
      { op: 'replace', path: '/DisplayName', value: 'two' },
    ]);
  });
  it('removes what was requested before and no longer is', () => {
    const previous = { DisplayName: 'one', Config: { Mode: 'x', Default: true } };
    expect(patch({ previous, applied: live, after: { Config: { Mode: 'x' } }, live })).toEqual([
      { op: 'remove', path: '/DisplayName' },
      { op: 'remove', path: '/Config/Default' },
    ]);
  });
  it('knows the resolved value of a reference', () => {
    const previous = { Config: { 'Fn::GetAtt': ['A', 'Config'] } };
    expect(patch({ previous, applied: { Config: { Mode: 'x' } }, after: { Config: {} }, live })).toEqual([
      { op: 'remove', path: '/Config/Mode' },
    ]);
  });
});

describe('a create-only property', () => {
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
  it('is in no update, even if reads hide it, while other hidden properties are', () => {
    const after = { ...asked, Size: 2 };
    expect(patch({ spec, previous: asked, applied: asked, after, live })).toEqual(sizeAndPassword);
  });
  it('is in no rollback, however the service represents it', () => {
    const after = { ...asked, Size: 2 };
    expect(patch({ direction: 'undo', spec, previous: asked, applied: asked, after, live })).toEqual(
      sizeAndPassword,
    );
    const { KmsKeyId: _, ...less } = asked;
    expect(patch({ direction: 'undo', spec, previous: asked, applied: asked, after: less, live })).toEqual([
      { op: 'add', path: '/Login/Password', value: 'p' },
    ]);
  });
  it('is included in a list, which is sent as a whole', () => {
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
  it('is sent with tags that others added', () => {
    expect(sent(undefined, ['own'], ['theirs'])).toEqual([
      { op: 'replace', path: '/Tags', value: [tag('own'), tag('theirs')] },
    ]);
    expect(sent(['a', 'b'], ['a'], ['a', 'b', 'theirs'])).toEqual([
      { op: 'replace', path: '/Tags', value: [tag('a'), tag('theirs')] },
    ]);
  });
  it('loses only tags that were requested before', () => {
    expect(sent(['own'], undefined, ['own', 'theirs'])).toEqual([
      { op: 'replace', path: '/Tags', value: [tag('theirs')] },
    ]);
    expect(sent(['own'], undefined, ['own'])).toEqual([{ op: 'remove', path: '/Tags' }]);
    expect(sent(['own'], undefined, ['own', 'theirs'], { direction: 'undo' })).toEqual([
      { op: 'replace', path: '/Tags', value: [tag('theirs')] },
    ]);
  });
  it('is unchanged if no request changes it', () => {
    expect(sent(['a'], ['a'], ['a', 'theirs'])).toEqual([]);
    expect(sent(undefined, undefined, ['theirs'])).toEqual([]);
  });
});

describe('after a failed update that may have taken effect in part', () => {
  const spec = { writeOnly: ['Password'], createOnly: [] };
  const before = { Size: 1, Old: 'o', Password: 'p1' };
  const failed = { Size: 2, New: 'n', Password: 'p2' };
  const states = [before, failed, { Size: 2, Old: 'o' }, { Size: 1, Old: 'o', New: 'n' }];
  for (const [name, after] of Object.entries({ before, failed, third: { Size: 3, Password: 'p2' } }))
    for (const state of states)
      it(`${name} results from ${JSON.stringify(state)}`, () => {
        const { Password: _, ...live } = state as JsonObject;
        const unsettled = { desired: before, applied: before };
        const operations = patch({ spec, previous: failed, applied: failed, unsettled, after, live });
        const result: JsonObject = { ...live };
        for (const { op, path, ...rest } of operations)
          if (op === 'remove') delete result[path.slice(1)];
          else if ('value' in rest) result[path.slice(1)] = rest.value as JsonValue;
        // Hidden properties are sent again, because it is unknown whether they are set.
        expect(result).toEqual(after);
      });

  it('values that no request set stay', () => {
    const unsettled = { desired: before, applied: { ...before, MadeUp: 'm' } };
    const live = { Size: 1, Old: 'o', MadeUp: 'm' };
    expect(patch({ previous: before, applied: before, unsettled, after: before, live, spec })).toEqual([
      { op: 'add', path: '/Password', value: 'p1' },
    ]);
  });

  it('tags of both requests are removed, and those of others stay', () => {
    const tagged = (...keys: string[]): JsonObject => ({ Tags: keys.map((Key) => ({ Key, Value: 'x' })) });
    const unsettled = { desired: tagged('a'), applied: tagged('a') };
    const rows = { previous: tagged('b'), applied: tagged('b'), unsettled, after: tagged('c') };
    const tags = { property: 'Tags', form: 'list' } as const;
    expect(patch({ ...rows, live: tagged('a', 'theirs'), spec: { ...spec, tags } })).toEqual([
      { op: 'replace', path: '/Tags', value: tagged('c', 'theirs').Tags },
    ]);
    expect(
      patch({ ...rows, after: tagged('b'), live: tagged('b', 'theirs'), spec: { ...spec, tags } }),
    ).toEqual([]);
  });
});

describe('requested values of several requests', () => {
  it('contain each list element once, however often an update failed', () => {
    const asked = { Ids: ['a', { B: 1 }], Inside: { Ids: ['a'] }, Size: 1 };
    const further = { Ids: [{ B: 1 }, 'c'], Inside: { Ids: ['a', 'd'] }, Size: 2 };
    const both = { Ids: ['a', { B: 1 }, 'c'], Inside: { Ids: ['a', 'd'] }, Size: 2 };
    expect(merged(asked, further)).toEqual(both);
    expect(merged(both, further)).toEqual(both);
  });
});
