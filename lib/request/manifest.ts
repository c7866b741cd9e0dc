import { InvalidInput } from '../model/errors.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { shown } from '../template/intrinsic.ts';
import { jsonProblem, readJson } from './json-document.ts';
import { readYaml } from './yaml-document.ts';

/** A request as it was handed in, read but not yet judged. */
export interface Manifest {
  file: string;
  document: JsonObject;
  /** Whether it has the header of a manifest (`baton: v1`); else it is a plain CloudFormation template. */
  hasHeader: boolean;
  /** Line of a path, counted from 1: the path's own, or that of its nearest ancestor in the file. */
  lineOf(path: string): number | undefined;
}

const headerKeys = ['baton', 'action', 'environment', 'service', 'owner', 'reason', 'onFailure', 'name'];
/** Documents beyond this are refused before they are read: an S3 object put by a requester may be anything. */
const charactersMax = 100_000_000;

/** Reads a manifest or CloudFormation template, YAML or JSON. Throws InvalidInput with every problem of its syntax. */
export function readManifest(text: string, file: string): Manifest {
  checkSize(text, file);
  // Text in braces that is no JSON may still be YAML in flow style, unless it is called JSON.
  const strict = file.endsWith('.json') ? jsonProblem(text, file) : undefined;
  const json = /^\s*[{[]/.test(text) ? readJson(text, file) : undefined;
  const read = json ?? readYaml(text, file);
  const problems = strict === undefined ? read.problems : [strict];
  if (problems.length > 0) throw new InvalidInput(problems);
  if (!isObject(read.value)) {
    const message = `expected a document with Resources, got ${shown(read.value)}`;
    throw new InvalidInput([{ path: '', code: 'Syntax', message, file, line: 1 }]);
  }
  return manifestOf(read.value, file, read.lineOf);
}

function checkSize(text: string, file: string): void {
  if (text.length <= charactersMax) return;
  const message = `${text.length} characters; at most ${charactersMax} are read`;
  throw new InvalidInput([{ path: '', code: 'TooLarge', message, file }]);
}

/**
 * Reads a document as it stands, to be judged and not carried out: only what can't be read at all is a problem. What
 * CloudFormation would refuse (a key twice, aliases, functions there are none of) is taken for what it says.
 * @throws InvalidInput where the text is neither YAML nor JSON, or no template: it has no Resources and no header
 */
export function readAsItStands(text: string, file: string): Manifest {
  checkSize(text, file);
  const strict = file.endsWith('.json') ? jsonProblem(text, file) : undefined;
  const read = (/^\s*[{[]/.test(text) ? readJson(text, file) : undefined) ?? readYaml(text, file, true);
  const unreadable = read.problems.filter(({ code }) => code === 'Syntax' || code === 'YamlAlias');
  const problems = strict === undefined ? unreadable : [strict];
  if (problems.length > 0) throw new InvalidInput(problems);
  const { value } = read;
  if (!isObject(value) || !isTemplate(value)) {
    const message = 'no CloudFormation template and no manifest: there is no section Resources';
    throw new InvalidInput([{ path: '', code: 'NoTemplate', message, file, line: 1 }]);
  }
  return manifestOf(value, file, read.lineOf);
}

const templateKeys = ['Resources', 'AWSTemplateFormatVersion', 'baton'];

/** A document that holds nothing at all may be a template without resources. */
function isTemplate(document: JsonObject): boolean {
  const keys = Object.keys(document);
  return keys.length === 0 || keys.some((key) => templateKeys.includes(key));
}

/** A manifest from a document that is at hand already, such as one stored or built by a program. */
export function manifestOf(
  document: JsonObject,
  file: string,
  exactLineOf: (path: string) => number | undefined = () => undefined,
): Manifest {
  return {
    file,
    document,
    hasHeader: headerKeys.some((key) => Object.hasOwn(document, key)),
    lineOf: (path) => nearestLine(path, exactLineOf),
  };
}

function nearestLine(path: string, lineOf: (path: string) => number | undefined): number | undefined {
  for (let here = path; here !== ''; here = here.includes('.') ? here.slice(0, here.lastIndexOf('.')) : '') {
    const line = lineOf(here);
    if (line !== undefined) return line;
  }
  return lineOf('');
}
