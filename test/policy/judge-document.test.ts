import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../lib/model/json.ts';
import { judgeDocument, resourcesOfDocument } from '../../lib/policy/index.ts';
import { engineOf, policy, request } from './support.ts';

const named = policy('resource has BucketName && resource.BucketName == "bad"');
const documentOf = (Properties: JsonValue): JsonValue => ({
  Resources: { Subject: { Type: 'AWS::S3::Bucket', Properties } },
});

describe('a document', () => {
  const verdicts: [JsonValue, string][] = [
    [null, 'SKIP'],
    [{}, 'SKIP'],
    [{ Resources: null }, 'SKIP'],
    [{ Resources: { Subject: { Properties: { BucketName: 'bad' } } } }, 'SKIP'],
    [{ Resources: { Subject: { Type: 'AWS::SQS::Queue' } } }, 'SKIP'],
    [documentOf(null), 'PASS'],
    [documentOf({ BucketName: 'good' }), 'PASS'],
    [documentOf({ BucketName: 'bad' }), 'FAIL'],
    [documentOf({ BucketName: { Ref: 'Name' } }), 'FAIL'],
  ];
  test.each(verdicts)('%j is evaluated as written: %s', (document, expected) => {
    expect(judgeDocument(engineOf(named), request, document, ['RULE'])).toMatchObject([
      { rule: 'RULE', verdict: expected },
    ]);
  });
});

test('an unknown key next to the attributes of a resource counts as metadata', () => {
  const resource = { Type: 'AWS::S3::Bucket', DependsOn: 'Other', Note: 'stray', Metadata: { Own: 1 } };
  expect(resourcesOfDocument({ Resources: { Subject: resource } })).toMatchObject([
    { metadata: { Note: 'stray', Own: 1 } },
  ]);
  expect(resourcesOfDocument({ Resources: { Subject: resource } })[0]?.metadata).not.toHaveProperty('Type');
});
