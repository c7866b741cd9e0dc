import { userInfo } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import type { RequestFile } from '../client/requests/submit-request.ts';
import type { JsonValue } from '../model/json.ts';
import type { Header } from '../model/request.ts';
import { type Inputs, noInputs, readInputs } from '../request/index.ts';
import type { OptionValues } from './option.ts';
import type { requestOptions } from './options.ts';
import { overrideHeader } from './override-header.ts';
import { NotUtf8, readText } from './read-text.ts';
import { UsageError } from './usage-error.ts';

/** The options for the content of a request in addition to its file. */
export type RequestFileOptions = OptionValues<typeof requestOptions>;

/** Reads every file. @throws UsageError with every file that can't be read */
export function readRequestFiles(
  files: string[],
  options: RequestFileOptions,
  environment?: string,
): RequestFile[] {
  const { texts, problems } = readAll(files);
  if (problems.length > 0) throw new UsageError(problems);
  const given = givenHeader(options);
  return files.map((file, index) => {
    const { text, rest } = overrideHeader(texts[index] ?? '', given);
    return { file, text, header: { ...defaultHeader(file, files, environment), ...rest } };
  });
}

/** Reads the inputs of a run: the file of `--inputs`, overridden by `--parameter`. */
export function readRunInputs(options: Pick<RequestFileOptions, 'inputs' | 'parameter'>): Inputs {
  const { texts, problems } = readAll(options.inputs === undefined ? [] : [options.inputs]);
  if (problems.length > 0) throw new UsageError(problems);
  const inputs = options.inputs === undefined ? noInputs : readInputs(texts[0] ?? '', options.inputs);
  const parameters: Record<string, JsonValue> = { ...inputs.parameters, ...options.parameter };
  return { ...inputs, parameters };
}

function readAll(files: string[]): { texts: string[]; problems: string[] } {
  const problems: string[] = [];
  const texts = files.map((file) => {
    try {
      return readText(file);
    } catch (error) {
      const reason = error instanceof NotUtf8 ? error.message : (reasons[codeOf(error)] ?? String(error));
      problems.push(`${file} can't be read: ${reason}`);
      return '';
    }
  });
  return { texts, problems: [...new Set(problems)] };
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder; expected a manifest or CloudFormation template',
  EACCES: 'reading it is not allowed',
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Returns the header values in the options. */
function givenHeader(options: RequestFileOptions): Partial<Header> {
  const { environment, service, name, owner, reason } = options;
  const given = { environment, service, name, owner, reason, onFailure: options['on-failure'] };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Returns the defaults for header values in neither the document nor the options. */
function defaultHeader(file: string, files: string[], environment: string | undefined): Partial<Header> {
  return {
    ...(environment !== undefined && { environment }),
    service: serviceOf(file, files),
    owner: userName(),
    reason: `Submitted from ${basename(file)}`,
  };
}

/**
 * Returns the service for a file: its name without extension. Different files with one name would be mistaken for
 * versions of one service, and the last would delete the resources of the others, so the folder's name is added.
 */
export function serviceOf(file: string, files: string[]): string {
  const sameName = files.filter((other) => stem(other) === stem(file));
  const places = new Set(sameName.map((other) => resolve(other)));
  const text = places.size > 1 ? `${basename(dirname(resolve(file)))}-${stem(file)}` : stem(file);
  const name = text.replace(/[^A-Za-z0-9]+/g, '-').replace(/^[^A-Za-z]+|-+$/g, '');
  return name.slice(0, 63).replace(/-+$/, '') || 'service';
}

function stem(file: string): string {
  return basename(file).replace(/\.[^.]*$/, '');
}

function userName(): string {
  try {
    return userInfo().username || 'unknown';
  } catch {
    // A user without an entry in the user database, as in containers.
    return process.env.USER || 'unknown';
  }
}
