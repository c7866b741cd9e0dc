import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../lib/model/errors.ts';
import { readAsItStands } from '../../lib/request/index.ts';

describe('a document read as written', () => {
  const unreadable: [string, string, string, string][] = [
    ['broken YAML', 'a.yaml', 'Resources: [', 'Syntax'],
    ['broken JSON', 'a.json', '{"Resources": ', 'Syntax'],
    ['two documents', 'a.yaml', 'Resources: {}\n---\nResources: {}\n', 'Syntax'],
    ['an alias without an anchor', 'a.yaml', 'Resources: *nothing\n', 'YamlAlias'],
    ['an alias of itself', 'a.yaml', 'Resources: &all { A: *all }\n', 'YamlAlias'],
    ['not a template', 'a.yaml', 'name: package\n', 'NoTemplate'],
    ['a list', 'a.json', '[1]', 'NoTemplate'],
    ['nothing', 'a.yaml', '', 'NoTemplate'],
  ];
  for (const [what, file, text, code] of unreadable)
    it(`is rejected if it is ${what}`, () => {
      const read = () => readAsItStands(text, file);
      expect(read).toThrow(InvalidInput);
      try {
        read();
      } catch (error) {
        expect((error as InvalidInput).problems).toContainEqual(expect.objectContaining({ code, file }));
      }
    });

  it('is rejected if its expansion is too large', () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const below = level === 0 ? '1' : `*l${level - 1}`;
      return `L${level}: &l${level} [${Array.from({ length: 9 }, () => below).join(', ')}]`;
    });
    expect(() => readAsItStands(`Resources: {}\n${levels.join('\n')}\n`, 'bomb.yaml')).toThrow(
      /YAML aliases/,
    );
  });

  it('may contain what CloudFormation rejects: a duplicate key, an unknown function', () => {
    const { document } = readAsItStands('Resources:\n  A: 1\n  A: !Reff B\n', 'a.yaml');
    expect(document).toEqual({ Resources: { A: 'B' } });
  });

  it('has its aliases and merge keys expanded, and keeps its lines', () => {
    const text = [
      'Base: &base { Type: AWS::S3::Bucket, Metadata: { a: 1 } }',
      'Resources:',
      '  One: *base',
      '  Two:',
      '    <<: *base',
      '    Metadata: { b: !Ref C }',
    ];
    const { document, lineOf } = readAsItStands(text.join('\n'), 'a.yaml');
    expect(document.Resources).toEqual({
      One: { Type: 'AWS::S3::Bucket', Metadata: { a: 1 } },
      Two: { Type: 'AWS::S3::Bucket', Metadata: { b: { Ref: 'C' } } },
    });
    expect([lineOf('Resources.Two.Metadata.b'), lineOf('Resources.One.Type')]).toEqual([6, 3]);
  });
});
