import { InvalidInput } from '../model/errors.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { shown } from '../template/intrinsic.ts';
import { depthMax, limitProblems } from './document-limits.ts';
import { jsonProblem, readJson } from './json-document.ts';
import { type Manifest, manifestOf } from './manifest-of.ts';
import { type ReadDocument, readYaml } from './yaml-document.ts';

/** Documents beyond this are refused before they are read: an S3 object put by a requester may be anything. */
const charactersMax = 100_000_000;

/** Reads a manifest or CloudFormation template, YAML or JSON. Throws InvalidInput with every problem of its syntax. */
export function readManifest(handedIn: string, file: string): Manifest {
  const text = textOf(handedIn, file);
  // Text in braces that is no JSON may still be YAML in flow style, unless it is called JSON.
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

/** The text without its byte order mark. @throws InvalidInput where it is too large, or UTF-16 read as UTF-8 */
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
 * JSON where it is JSON, else YAML; what is found in it that nothing could handle is among its problems.
 * A parser that runs out of stack has met something nested beyond all measure.
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
 * Reads a document as it stands, to be judged and not carried out: only what can't be read at all is a problem. What
 * CloudFormation would refuse (a key twice, aliases, functions there are none of) is taken for what it says.
 * @throws InvalidInput where the text is neither YAML nor JSON, or no template: it has no Resources and no header
 */
export function readAsItStands(handedIn: string, file: string): Manifest {
  const text = textOf(handedIn, file);
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

/** A document that holds nothing at all may be a template without resources. */
function isTemplate(document: JsonObject): boolean {
  const keys = Object.keys(document);
  return keys.length === 0 || keys.some((key) => templateKeys.includes(key));
}
