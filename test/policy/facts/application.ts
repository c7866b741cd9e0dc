import { type FactCase, no, yes } from './case.ts';

const objects = { Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] };
const variables = (...list: FactCase[0][]): FactCase[0] => ({ Environment: { EnvironmentVariables: list } });
const at = (Location: NonNullable<FactCase[0][string]>): FactCase[0] => ({
  Source: { Type: 'GITHUB', Location },
});
const primary = { value: ['Source.Location'] };
const none = { value: [] };
const open = { waitsFor: ['Source.Location'] };

export const applicationCases: Record<string, FactCase[]> = {
  environmentVariableNames: [
    [{}, none],
    [{ Environment: {} }, none],
    [{ Environment: { EnvironmentVariables: [] } }, none],
    [{ Environment: { EnvironmentVariables: { Ref: 'AWS::NoValue' } } }, none],
    [{ Environment: { EnvironmentVariables: { Name: 'A', Value: '1' } } }, { value: ['A'] }],
    [variables({ Name: 'A', Value: { Ref: 'X' } }, { Name: 'B' }), { value: ['A', 'B'] }],
    [variables({ Ref: 'AWS::NoValue' }, { Value: 'nameless' }), none],
    [variables({ Name: 'A' }, { Name: { Ref: 'X' } }), { waitsFor: ['Environment.EnvironmentVariables.1'] }],
    [variables({ 'Fn::If': ['C', {}, {}] }), { waitsFor: ['Environment.EnvironmentVariables.0'] }],
    [
      { Environment: { EnvironmentVariables: { Ref: 'X' } } },
      { waitsFor: ['Environment.EnvironmentVariables'] },
    ],
    [{ Environment: { 'Fn::If': ['C', {}, {}] } }, { waitsFor: ['Environment'] }],
  ],
  s3DataEvents: [
    [{}, no],
    [{ EventSelectors: [] }, no],
    [{ EventSelectors: [{ IncludeManagementEvents: true }] }, no],
    [
      {
        EventSelectors: [{ DataResources: [{ Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda'] }] }],
      },
      no,
    ],
    [{ EventSelectors: [{}, { DataResources: [{ Type: 'AWS::Lambda::Function' }, objects] }] }, yes],
    [{ EventSelectors: { DataResources: objects } }, yes],
    [{ EventSelectors: [{ DataResources: [{ ...objects, Values: [{ Ref: 'X' }] }] }] }, yes],
    [{ EventSelectors: [{ DataResources: [{ Type: { Ref: 'X' } }] }] }, { waitsFor: ['EventSelectors'] }],
    [{ EventSelectors: [{ 'Fn::If': ['C', {}, {}] }] }, { waitsFor: ['EventSelectors'] }],
    [{ EventSelectors: { Ref: 'X' } }, { waitsFor: ['EventSelectors'] }],
    [{ EventSelectors: [{ Ref: 'AWS::NoValue' }] }, no],
    [
      {
        AdvancedEventSelectors: [
          { FieldSelectors: [{ Field: 'resources.type', Equals: ['AWS::S3::Object'] }] },
        ],
      },
      yes,
    ],
    [
      { AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }] },
      no,
    ],
    [
      { AdvancedEventSelectors: [{ FieldSelectors: { Ref: 'X' } }] },
      { waitsFor: ['AdvancedEventSelectors'] },
    ],
  ],
  sourceUrlsWithCredentials: [
    [{}, none],
    [{ Source: { Type: 'NO_SOURCE' } }, none],
    [{ Source: { Type: 'GITHUB', Location: null } }, none],
    [at('https://github.com/a/b.git'), none],
    [at('https://github.com/a/b@c.git'), none],
    [at('git@github.com:a/b.git'), none],
    [at('bucket/path/a@b.zip'), none],
    [at('https://token@github.com/a/b.git'), primary],
    [at('HTTPS://user:password@bitbucket.org/a/b.git'), primary],
    [at({ 'Fn::Sub': 'https://github.com/${Owner}/b.git' }), none],
    [at({ 'Fn::Sub': ['https://${Token}@github.com/a/b.git', { Token: 'x' }] }), primary],
    [at({ 'Fn::Join': ['/', ['https://github.com', { Ref: 'Owner' }, 'b.git']] }), none],
    [at({ 'Fn::Join': ['', ['https://', { Ref: 'Token' }, '@github.com/a']] }), primary],
    [at({ 'Fn::Sub': 'https://${Host}/a/b.git' }), open],
    [at({ Ref: 'Location' }), open],
    [at('{{resolve:ssm:location}}'), open],
    [{ Source: { 'Fn::If': ['C', {}, {}] } }, { waitsFor: ['Source'] }],
    [{ SecondarySources: { Ref: 'X' } }, { waitsFor: ['SecondarySources.0'] }],
    [
      { SecondarySources: [{}, { Location: 'https://t@github.com/a' }] },
      { value: ['SecondarySources.1.Location'] },
    ],
    [
      { SecondarySources: { Location: 'https://t@github.com/a' } },
      { value: ['SecondarySources.0.Location'] },
    ],
    [
      { ...at({ Ref: 'X' }), SecondarySources: [{ Location: 'https://t@a.b/' }] },
      { value: ['SecondarySources.0.Location'] },
    ],
  ],
};
