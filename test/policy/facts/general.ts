import type { FactCase } from './case.ts';

export const generalCases: Record<string, FactCase[]> = {
  filled: [
    [{}, { value: [] }],
    [{ A: null }, { value: [] }],
    [{ A: { Ref: 'AWS::NoValue' } }, { value: [] }],
    [{ A: '' }, { value: [] }],
    [{ A: [] }, { value: [] }],
    [{ A: {} }, { value: [] }],
    [{ A: ['', {}, null] }, { value: [] }],
    [{ A: { B: [] } }, { value: [] }],
    [{ A: false, B: 'false' }, { value: [] }],
    [{ A: { B: false } }, { value: ['A'] }],
    [{ A: 'x', B: 0, C: true }, { value: ['A', 'B', 'C'] }],
    [{ A: ['', 'x'] }, { value: ['A'] }],
    [{ A: [{ B: 1 }] }, { value: ['A'] }],
    [{ A: { B: { C: 'x' }, D: '' } }, { value: ['A.B.C', 'A.B', 'A'] }],
    [{ A: { Ref: 'X' } }, { value: ['A'] }],
    [{ A: { B: { 'Fn::GetAtt': ['X', 'Arn'] } } }, { value: ['A.B', 'A'] }],
    [{ A: [{ Ref: 'X' }] }, { value: ['A'] }],
    [{ A: '{{resolve:ssm:x}}' }, { value: ['A'] }],
  ],
};
