import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { type Header, headerSchema } from '../model/request.ts';
import { didYouMean } from '../template/index.ts';
import { scalarText, shown } from '../template/intrinsic.ts';
import { manifestActionProblem } from './action.ts';
import type { Manifest } from './manifest-of.ts';
import type { Problems } from './problems.ts';

/** Sections of a template. Source: "Template sections", AWS CloudFormation User Guide. */
const sections = [
  ...['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Rules', 'Mappings', 'Conditions'],
  ...['Transform', 'Resources', 'Outputs', 'Hooks'],
];
const objectSections = ['Metadata', 'Parameters', 'Rules', 'Mappings', 'Conditions', 'Resources', 'Outputs'];
const headerKeys = Object.keys(headerSchema.shape);

/** Reads the header of a manifest and adds the defaults from the command line. Problems name its keys. */
export function readHeader(
  manifest: Manifest,
  defaults: Partial<Header>,
  problems: Problems,
): Header | undefined {
  const { document } = manifest;
  const written = headerKeys.filter((key) => Object.hasOwn(document, key)).map((key) => [key, document[key]]);
  const parsed = headerSchema.safeParse({ ...defaults, ...Object.fromEntries(written) });
  if (parsed.success) {
    const problem = manifestActionProblem(parsed.data);
    if (problem !== undefined) problems.add(problem.path, problem.code, problem.message);
    return parsed.data;
  }
  for (const issue of parsed.error.issues) {
    const key = issue.path.join('.');
    const given = valueAt({ ...(defaults as JsonObject), ...document }, issue.path);
    const got = given === undefined ? 'it is missing' : `got ${shown(given)}`;
    problems.add(key, 'Header', `the header's ${key}: ${issue.message}; ${got}`);
  }
  return undefined;
}

function valueAt(value: JsonValue, path: readonly PropertyKey[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const step of path) {
    if (Array.isArray(at)) at = at[Number(step)];
    else if (isObject(at) && Object.hasOwn(at, step)) at = at[String(step)];
    else return undefined;
  }
  return at;
}

/** Checks the top-level keys of a document, and that its sections are objects. */
export function checkSections(document: JsonObject, problems: Problems): void {
  const known = [...sections, ...headerKeys];
  for (const key of Object.keys(document)) {
    if (known.includes(key)) continue;
    problems.add(key, 'UnknownSection', `a request has no section "${key}"${didYouMean(key, known)}`);
  }
  for (const key of objectSections) {
    const section = document[key];
    if (section === undefined || isObject(section)) continue;
    problems.add(key, 'Section', `expected an object, got ${shown(section)}`);
  }
  const version = document.AWSTemplateFormatVersion;
  if (version !== undefined && scalarText(version) !== '2010-09-09') {
    problems.add(
      'AWSTemplateFormatVersion',
      'Section',
      `the only version is 2010-09-09, got ${shown(version)}`,
    );
  }
  if (
    document.Resources === undefined ||
    (isObject(document.Resources) && Object.keys(document.Resources).length === 0)
  ) {
    problems.add('Resources', 'Section', 'a request needs at least one resource under Resources');
  }
}

/** Returns a section as an object. Empty if it is missing or not an object (which `checkSections` reports). */
export function sectionOf(document: JsonObject, name: string): JsonObject {
  const section = document[name];
  return isObject(section) ? section : {};
}
