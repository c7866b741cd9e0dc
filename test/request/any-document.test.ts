import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidInput } from '../../lib/model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../../lib/model/json.ts';
import {
  externalReferences,
  manifestOf,
  noInputs,
  normalizeRequest,
  readManifest,
  rehearse,
} from '../../lib/request/index.ts';
import { runs } from '../sample.ts';
import { lookup } from './normalize-text.ts';

const file = join(import.meta.dirname, '..', '..', 'examples', 'web-app.yaml');
const { document } = readManifest(readFileSync(file, 'utf8'), file);
const place = { account: '111111111111', region: 'eu-west-1', lookup };

/** Returns all paths into a value, as lists of segments. */
function pathsOf(value: JsonValue, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}
const paths = pathsOf(document).filter((path) => path.length > 0);

/** Returns a copy with another value at a path. */
function replaced(root: JsonObject, path: string[], value: JsonValue): JsonObject {
  const copy = structuredClone(root);
  let holder: JsonValue = copy;
  for (const step of path.slice(0, -1)) holder = (holder as JsonObject)[step] ?? null;
  if (isObject(holder) || Array.isArray(holder)) (holder as JsonObject)[path.at(-1) ?? ''] = value;
  return copy;
}

/** Unexpected values: any JSON, incorrect function calls, loops, references to anything. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<JsonValue>(
    null,
    '',
    [],
    {},
    '{{resolve:ssm:x}}',
    { Ref: 'Database' },
    { Ref: 'AWS::NoValue' },
  ),
  fc
    .tuple(
      fc.constantFrom(
        'Ref',
        'Condition',
        'Fn::Sub',
        'Fn::If',
        'Fn::Join',
        'Fn::Select',
        'Fn::Cidr',
        'Fn::ForEach::L',
        'Fn::GetAtt',
        'Fn::FindInMap',
        'Fn::Equals',
        'Fn::Transform',
        'Fn::Length',
        'Fn::Split',
      ),
      fc.jsonValue({ maxDepth: 2 }),
    )
    .map(([name, argument]) => ({ [name]: argument })),
) as fc.Arbitrary<JsonValue>;

/** Runs the work, and ignores problems of the document itself. */
function unlessInvalid(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    expect(error.problems).not.toEqual([]);
    for (const problem of error.problems)
      expect(problem).toMatchObject({ code: expect.any(String), message: expect.any(String) });
  }
}

test('any document is either valid or rejected with problems', () => {
  fc.assert(
    fc.property(fc.constantFrom(...paths), anything, (path, value) => {
      const manifest = manifestOf(replaced(document, path, value), file);
      unlessInvalid(() => normalizeRequest(manifest, { ...place, inputs: noInputs, headerDefaults: {} }));
      unlessInvalid(() => externalReferences(manifest, noInputs));
      const { baton: _baton, ...plain } = manifest.document;
      unlessInvalid(() =>
        rehearse(
          JSON.stringify(plain),
          file,
          { ...noInputs, imports: 'any', ssm: 'any', secrets: 'any' },
          place,
        ),
      );
    }),
    runs(300, 4),
  );
});

test('any text is either read or rejected with problems', () => {
  const text = readFileSync(file, 'utf8');
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(40), fc.string({ maxLength: 8 }), (at, cut, put) => {
      unlessInvalid(() => readManifest(text.slice(0, at) + put + text.slice(at + cut), file));
    }),
    runs(60, 4),
  );
});
