import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../model/text.ts';

/**
 * Writes registry-facts.json and registry-permissions.json from a file of CloudFormation registry schemas reduced to
 * their facts, one entry for each type: `{ [type]: { provisionable, updatable, primaryIdentifier, readOnly, writeOnly,
 * createOnly, permissions } }`. The facts are those of the registry schemas in pulumi/pulumi-aws-native (Apache-2.0).
 *
 * Usage: node lib/spec/generate-registry-facts.ts SOURCE.json
 */
interface SourceFacts {
  provisionable: boolean;
  updatable: boolean;
  primaryIdentifier: string[];
  readOnly: string[];
  writeOnly: string[];
  createOnly: string[];
  permissions: Record<string, string[]>;
}
const operations = ['create', 'read', 'update', 'delete'];

/** Converts the registry's slash-separated paths to dotted paths. */
const dotted = (paths: string[]) =>
  [...new Set(paths.map((path) => path.replaceAll('/', '.')))].sort(compareText);

/** Groups actions by service: `s3:A`, `s3:B` become `s3:A,B`. */
function grouped(actions: string[]): string[] {
  const byService = Map.groupBy(new Set(actions), (action) => action.slice(0, action.indexOf(':')));
  return [...byService].map(
    ([service, list]) => `${service}:${list.map((action) => action.slice(service.length + 1)).join(',')}`,
  );
}

function facts(type: SourceFacts): object {
  if (!type.provisionable) return { provisionable: false };
  const lists = {
    identifier: type.primaryIdentifier.map((path) => path.replaceAll('/', '.')),
    readOnly: dotted(type.readOnly),
    writeOnly: dotted(type.writeOnly),
    createOnly: dotted(type.createOnly),
  };
  const filled = Object.entries(lists).filter(([, list]) => list.length > 0);
  return { ...(type.updatable ? {} : { updatable: false }), ...Object.fromEntries(filled) };
}

function permissions(type: SourceFacts): object {
  const filled = operations.filter((operation) => (type.permissions[operation] ?? []).length > 0);
  return Object.fromEntries(
    filled.map((operation) => [operation, grouped(type.permissions[operation] ?? [])]),
  );
}

function write(file: string, entries: [string, object][]): void {
  const lines = entries.map(([type, value]) => `${JSON.stringify(type)}: ${JSON.stringify(value)}`);
  writeFileSync(join(import.meta.dirname, file), `{\n${lines.join(',\n')}\n}\n`);
}

const source = process.argv[2];
if (source === undefined) throw new Error('usage: node lib/spec/generate-registry-facts.ts SOURCE.json');
const types = Object.entries(JSON.parse(readFileSync(source, 'utf8')) as Record<string, SourceFacts>);
types.sort(([left], [right]) => compareText(left, right));
write(
  'registry-facts.json',
  types.map(([type, value]) => [type, facts(value)]),
);
write(
  'registry-permissions.json',
  types.filter(([, value]) => value.provisionable).map(([type, value]) => [type, permissions(value)]),
);
