import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Problem } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { closest } from '../template/index.ts';
import { within } from '../template/intrinsic.ts';
import { parseYaml } from './flow-lexer.ts';
import { type LineIndex, lineIndexOf } from './line-index.ts';

/** A parsed text and the positions of its values. */
export interface ReadDocument {
  value: JsonValue;
  problems: Problem[];
  /** Returns the line of a path, or undefined if nothing is there. */
  lineOf(path: string): number | undefined;
}

/** Functions with a YAML short form, by the name of their tag. Source: "Intrinsic function reference", AWS CloudFormation Template Reference. */
const shortForms: ReadonlySet<string> = new Set([
  ...['And', 'Base64', 'Cidr', 'Condition', 'Equals', 'FindInMap', 'GetAtt', 'GetAZs', 'If', 'ImportValue'],
  ...[
    'Join',
    'Length',
    'Not',
    'Or',
    'Ref',
    'Select',
    'Split',
    'Sub',
    'ToJsonString',
    'Transform',
    'GetStackOutput',
  ],
  ...['Contains', 'EachMemberEquals', 'EachMemberIn', 'RefAll', 'ValueOf', 'ValueOfAll'],
]);
/**
 * YAML 1.1 tags that CloudFormation doesn't support. Source: "CloudFormation template format", AWS CloudFormation User
 * Guide.
 */
const leftOutTags = /:(timestamp|binary|omap|pairs|set|merge)$/;

/** Maximum number of nodes that aliases may expand to. A few lines of aliases could stand for billions of nodes. */
const writtenOutMax = 100_000;

/**
 * Reads YAML as CloudFormation does: YAML 1.1, but dates stay text, aliases and merge keys are rejected, and so are
 * duplicate keys.
 * @param writeOut expand aliases and merge keys, as tools that generate templates do
 */
export function readYaml(text: string, file: string, writeOut = false): ReadDocument {
  const lines = lineIndexOf(text);
  const composer = new Composer({
    version: '1.1',
    // Checked during conversion: the library compares every key with every other.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !leftOutTags.test(tag.tag)),
  });
  const documents = [...composer.compose(parseYaml(text))] as Document.Parsed[];
  const [document, second] = documents;
  const reader = new YamlReader(file, lines, writeOut ? document : undefined);
  if (document === undefined) return reader.finish(null, null);
  if (second !== undefined)
    reader.fail(second.range[0], '', 'Syntax', 'there is a second document; a request is one document');
  for (const error of documents.flatMap(({ errors }) => errors)) {
    reader.fail(error.pos[0], '', 'Syntax', `not YAML: ${error.message}`);
  }
  const root = document.contents;
  return reader.finish(root, root === null ? null : reader.convert(root, ''));
}

class YamlReader {
  readonly problems: Problem[] = [];
  private readonly file: string;
  private readonly lines: LineIndex;
  /** Where to look up aliases, if they are expanded. */
  private readonly anchors: Document.Parsed | undefined;
  private readonly open = new Set<Node>();
  private writtenOut = 0;

  constructor(file: string, lines: LineIndex, anchors: Document.Parsed | undefined) {
    this.file = file;
    this.lines = lines;
    this.anchors = anchors;
  }

  fail(offset: number, path: string, code: string, message: string): void {
    this.problems.push({ path, code, message, file: this.file, line: this.lines.lineAt(offset) });
  }

  finish(root: Node | null, value: JsonValue): ReadDocument {
    return { value, problems: this.problems, lineOf: (path) => this.lineOf(root, path) };
  }

  convert(node: ParsedNode | Node | null, path: string): JsonValue {
    if (node === null) return null;
    const start = node.range?.[0] ?? 0;
    if (this.open.size > 0) this.writtenOut += 1;
    const meant = isAlias(node) && this.anchors ? this.meantBy(node, this.anchors) : undefined;
    if (meant !== undefined) return this.writeOut(meant, path);
    if (isAlias(node)) {
      this.fail(
        start,
        path,
        'YamlAlias',
        `"*${node.source}": CloudFormation allows no YAML aliases; write the value out`,
      );
      return null;
    }
    const value = this.untagged(node, path);
    const tag = (node as { tag?: string }).tag;
    return tag?.startsWith('!') === true && !tag.startsWith('!!')
      ? this.called(tag.slice(1), value, start, path)
      : value;
  }

  /** Returns what an alias stands for. Undefined if that contains the alias itself or is too large. */
  private meantBy(alias: Alias, anchors: Document.Parsed): Node | undefined {
    const meant = alias.resolve(anchors);
    return meant === undefined || this.open.has(meant) || this.writtenOut > writtenOutMax ? undefined : meant;
  }

  private writeOut(meant: Node, path: string): JsonValue {
    this.open.add(meant);
    const value = this.convert(meant, path);
    this.open.delete(meant);
    return value;
  }

  private untagged(node: Node, path: string): JsonValue {
    if (isMap(node)) return this.object(node.items, path);
    if (isSeq(node)) return node.items.map((item, index) => this.convert(item as Node, within(path, index)));
    return isScalar(node) ? scalarValue(node) : null;
  }

  private object(pairs: readonly { key: unknown; value: unknown }[], path: string): JsonObject {
    const entries = new Map<string, JsonValue>();
    const merged: JsonObject[] = [];
    for (const { key, value } of pairs) {
      const node = key as Node | null;
      const name = isScalar(node) ? (node.source ?? String(node.value)) : undefined;
      const start = node?.range?.[0] ?? 0;
      if (name === undefined) this.fail(start, path, 'Syntax', 'a key must be a text');
      else if (name === '<<' && this.anchors) merged.push(...this.mergedInto(value as Node | null, path));
      else if (name === '<<') {
        this.fail(
          start,
          path,
          'YamlAlias',
          '"<<": CloudFormation allows no YAML merge keys; write the keys out',
        );
      } else {
        if (entries.has(name)) this.fail(start, within(path, name), 'DuplicateKey', `"${name}" occurs twice`);
        entries.set(name, this.convert(value as Node | null, within(path, name)));
      }
    }
    // The mapping's own keys override merged keys, and earlier merges override later ones.
    const before = merged.toReversed().flatMap((one) => Object.entries(one));
    return Object.fromEntries([...before, ...entries]);
  }

  /** Returns the mappings of a merge key. */
  private mergedInto(node: Node | null, path: string): JsonObject[] {
    return [this.convert(node, within(path, '<<'))].flat().filter((one) => isObject(one));
  }

  /**
   * Returns the long form of a short form. Tags of other tools (`!Rain::Embed`) are not expanded: their value is kept.
   */
  private called(tag: string, value: JsonValue, start: number, path: string): JsonValue {
    if (tag === 'Ref' || tag === 'Condition') return { [tag]: value };
    if (shortForms.has(tag)) return { [`Fn::${tag}`]: value };
    if (!tag.includes('::')) {
      const meant = closest(tag, shortForms);
      const hint = meant === undefined ? '' : `; did you mean "!${meant}"?`;
      this.fail(start, path, 'UnknownFunction', `CloudFormation has no function "!${tag}"${hint}`);
    }
    return value;
  }

  private lineOf(root: Node | null, path: string): number | undefined {
    let node = root;
    let offset = root?.range?.[0] ?? 0;
    for (const step of steps(path, node)) {
      if (step === undefined) return undefined;
      node = step.node;
      offset = step.offset;
    }
    return this.lines.lineAt(offset);
  }
}

/**
 * Yields the nodes along a dotted path. Keys may contain dots, so the longest matching key is used at each mapping.
 * Skips the name of a function in short form.
 */
function* steps(
  path: string,
  root: Node | null,
): Generator<{ node: Node | null; offset: number } | undefined> {
  let node = root;
  let rest = path;
  while (rest !== '') {
    const found = stepInto(node, rest);
    if (found !== undefined) {
      node = found.node;
      rest = found.rest;
      yield found;
    } else if (
      /^(Fn::|Ref\b|Condition\b)/.test(rest) &&
      (node as { tag?: string } | null)?.tag !== undefined
    ) {
      rest = rest.includes('.') ? rest.slice(rest.indexOf('.') + 1) : '';
    } else {
      yield undefined;
      return;
    }
  }
}

function stepInto(node: Node | null, rest: string) {
  if (isSeq(node)) {
    const [index = ''] = rest.split('.', 1);
    const item = /^\d+$/.test(index) ? (node.items[Number(index)] as Node | undefined) : undefined;
    if (item === undefined) return undefined;
    return { node: item, offset: item.range?.[0] ?? 0, rest: rest.slice(index.length + 1) };
  }
  if (!isMap(node)) return undefined;
  const byName = pairsByName(node);
  for (let end = rest.length; end > 0; end = rest.lastIndexOf('.', end - 1)) {
    const pair = byName.get(rest.slice(0, end));
    if (pair !== undefined) return { ...pair, rest: rest.slice(end + 1) };
  }
  return undefined;
}

type Pairs = Map<string, { node: Node | null; offset: number }>;
const indexes = new WeakMap<Node, Pairs>();

/** Returns the entries of a mapping by name. Indexed once, because a section may contain thousands. */
function pairsByName(map: YAMLMap): Pairs {
  const known = indexes.get(map);
  if (known !== undefined) return known;
  const pairs: Pairs = new Map();
  for (const { key, value } of map.items) {
    if (!isScalar(key)) continue;
    const name = key.source ?? String(key.value);
    pairs.set(name, { node: value as Node | null, offset: key.range?.[0] ?? 0 });
  }
  indexes.set(map, pairs);
  return pairs;
}

/** Numbers that would lose digits (`8.0`, `5.10`, account ids) stay text, as their authors intend. */
function scalarValue(scalar: Scalar): JsonValue {
  const { value, source } = scalar;
  if (typeof value === 'bigint') return source ?? String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
      return source ?? String(value);
    if (source !== undefined && /^[-+]?(\d+\.\d*0|0\d*[89]\d*)$/.test(source)) return source;
    return value;
  }
  // SnakeYAML, which CloudFormation uses, reads `y` and `n` as text, unlike YAML 1.1.
  if (typeof value === 'boolean' && source !== undefined && /^[yn]$/i.test(source)) return source;
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
