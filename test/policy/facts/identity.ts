import { type FactCase, no, yes } from './case.ts';

const waits = { waitsFor: ['Action'] };

const asked = { waitsFor: ['Principal'] };

export const identityCases: Record<string, FactCase[]> = {
  wildcardPrincipal: [
    [{}, no],
    [{ Principal: '*' }, yes],
    [{ Principal: ['*'] }, yes],
    [{ Principal: { AWS: '*' } }, yes],
    [{ Principal: { AWS: ['111111111111', 'arn:aws:iam::*:root'] } }, yes],
    [{ Principal: { AWS: 'arn:aws:iam::11111111111?:root' } }, yes],
    [{ Principal: { Service: '*.amazonaws.com' } }, yes],
    [{ Principal: { AWS: '111111111111' } }, no],
    [{ Principal: { AWS: 111111111111 } }, no],
    [{ Principal: { Ref: 'AWS::NoValue' } }, no],
    [{ Principal: { AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } } }, no],
    [{ Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/a' } } }, no],
    [{ Principal: { AWS: { 'Fn::Sub': '${Role.Arn}' } } }, no],
    [{ Principal: { AWS: { Ref: 'Caller' } } }, asked],
    [{ Principal: { Ref: 'Caller' } }, asked],
    [{ Principal: { AWS: { 'Fn::If': ['A', '*', '111111111111'] } } }, asked],
  ],
  coversPassRole: [
    [{}, no],
    [{ NotAction: 'iam:PassRole' }, no],
    [{ Action: 'iam:GetRole' }, no],
    [{ Action: 'iam:PassRole' }, yes],
    [{ Action: ['s3:GetObject', 'IAM:passrole'] }, yes],
    ...['*', 'iam:*', 'iam:Pass*', 'iam:?assRole', '*:*'].map((Action): FactCase => [{ Action }, yes]),
    ...['iam:P', 'iam:Pass', 'iam:.*', 'xiam:PassRole', 's3:*'].map((Action): FactCase => [{ Action }, no]),
    [{ Action: { Ref: 'A' } }, waits],
    [{ Action: ['iam:PassRole', { Ref: 'A' }] }, yes],
    [{ Action: { 'Fn::Sub': 's3:${A}' } }, no],
    [{ Action: { 'Fn::Sub': 'iam:${A}' } }, waits],
    [{ Action: { Ref: 'AWS::NoValue' } }, no],
    [{ Action: [{ AWS: 'a' }, 1] }, no],
  ],
  coversWholeService: [
    [{}, no],
    [{ NotAction: '*' }, no],
    [{ Action: ['s3:Get*', 's3:GetObject'] }, no],
    ...['*', '*:*', 's3:*', 'S3:*', '**', 's3:?*', 'i*:*'].map((Action): FactCase => [{ Action }, yes]),
    [{ Action: ['s3:Get*', 'sqs:*'] }, yes],
    [{ Action: { Ref: 'A' } }, waits],
    [{ Action: ['s3:*', { Ref: 'A' }] }, yes],
    [{ Action: { 'Fn::Sub': 's3:Get${A}t' } }, no],
    [{ Action: { 'Fn::If': ['A', 's3:GetObject', 's3:PutObject'] } }, no],
    [{ Action: { 'Fn::If': ['A', ['s3:*'], 's3:PutObject'] } }, waits],
    [{ Action: [{ AWS: 'a' }] }, no],
  ],
};
