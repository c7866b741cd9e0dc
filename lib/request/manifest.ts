import { InvalidInput } from '../model/errors.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { shown } from '../template/intrinsic.ts';
import { depthMax, limitProblems } from './document-limits.ts';
import { jsonProblem, readJson } from './json-document.ts';
import { type Manifest, manifestOf } from './manifest-of.ts';
import { type ReadDocument, readYaml } from './yaml-document.ts';

/** Larger documents are rejected unread: a requester can put any S3 object. */
const charactersMax = 100_000_000;

/** Reads a manifest or CloudFormation template in YAML or JSON. Throws InvalidInput with every syntax problem. */
export function readManifest(submitted: string, file: string): Manifest {
  const text = textOf(submitted, file);
  // Text in braces that isn't valid JSON may be YAML in flow style, unless the file is named .json.
  const strict = file.endsWith('.json') ? jsonProblem(text, file) : undefined;
  const read = strict === undefined ? readText(text, file) : undefined;
  const problems = strict === undefined ? (read?.problems ?? []) : [strict];
  if (problems.length > 0) throw new InvalidInput(problems);
  if (read === undefined || !isObject(read.value)) {
    const message = `expected a document with Resources, got ${shown(read?.value)}`;
    throw new InvalidInput([{ path: '', code: 'Syntax', message, file, line: 1 }]);
  }
  return manifestOf(read.value, file, read.lineOf);
}

/** Returns the text without its byte order mark. @throws InvalidInput if it is too large, or UTF-16 read as UTF-8 */
function textOf(text: string, file: string): string {
  const fail = (code: string, message: string): never => {
    throw new InvalidInput([{ path: '', code, message, file, line: 1 }]);
  };
  if (text.length > charactersMax)
    fail('TooLarge', `${text.length} characters; at most ${charactersMax} are read`);
  const start = text.slice(0, 100);
  if (/^(?:\uFFFD\uFFFD|\uFFFE)/.test(start) || /^.?\0|^..?\0/s.test(start))
    fail('Encoding', 'the file is UTF-16; save it as UTF-8');
  return text.replace(/^\uFEFF/, '');
}

/**
 * Reads JSON, or else YAML. Content that no later code can handle is reported as a problem. If the parser overflows the
 * stack, the text is nested too deeply.
 */
function readText(text: string, file: string, writeOut = false): ReadDocument {
  try {
    const json = /^\s*[{[]/.test(text) ? readJson(text, file) : undefined;
    const read = json ?? readYaml(text, file, writeOut);
    const found = limitProblems(read.value).map((problem) => ({
      ...problem,
      file,
      line: read.lineOf(problem.path) ?? read.lineOf(''),
    }));
    return found.length === 0 ? read : { ...read, problems: [...read.problems, ...found] };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = `nested too deeply to be read; expected at most ${depthMax} levels`;
    const problems = [{ path: '', code: 'TooDeep', message, file, line: 1 }];
    return { value: {}, problems, lineOf: () => undefined };
  }
}

/**
 * Reads a document for evaluation only, as written: only unreadable text is a problem. Content that CloudFormation
 * would reject (duplicate keys, aliases, unknown functions) is accepted.
 * @throws InvalidInput if the text is neither YAML nor JSON, or isn't a template: it has neither Resources nor a header
 */
export function readAsItStands(submitted: string, file: string): Manifest {
  const text = textOf(submitted, file);
  const strict = file.endsWith('.json') ? jsonProblem(text, file) : undefined;
  const read = readText(text, file, true);
  const unreadable = read.problems.filter(({ code }) => unreadableCodes.has(code));
  const problems = strict === undefined ? unreadable : [strict];
  if (problems.length > 0) throw new InvalidInput(problems);
  const { value } = read;
  if (!isObject(value) || !isTemplate(value)) {
    const message = 'this is neither a CloudFormation template nor a manifest: it has no section Resources';
    throw new InvalidInput([{ path: '', code: 'NoTemplate', message, file, line: 1 }]);
  }
  return manifestOf(value, file, read.lineOf);
}

const unreadableCodes: ReadonlySet<string> = new Set([
  'Syntax',
  'YamlAlias',
  'TooDeep',
  'TooLarge',
  'ReservedKey',
]);
const templateKeys = ['Resources', 'AWSTemplateFormatVersion', 'baton'];

/** An empty document may be a template without resources. */
function isTemplate(document: JsonObject): boolean {
  const keys = Object.keys(document);
  return keys.length === 0 || keys.some((key) => templateKeys.includes(key));
}
