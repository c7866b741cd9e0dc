import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { InvalidInput, type Problem } from '../../model/errors.ts';
import { compareText } from '../../model/text.ts';
import { type Manifest, readAsItStands } from '../../request/index.ts';

/** The result of a search for templates. */
export interface FoundTemplates {
  templates: Manifest[];
  /** Files that can't be read, or that were named but aren't templates. */
  problems: Problem[];
}

/** Extensions of files to search for in a folder. */
const extensions = ['.yaml', '.yml', '.json', '.template'];

/** Tells whether an unreadable text looks like a template: a broken template must be reported. */
const seemsTemplate = /(^|[{,])\s*["']?(Resources|AWSTemplateFormatVersion)["']?\s*:/m;

/**
 * Reads the given files and the templates in the given folders. A file that isn't a template is a problem only if it
 * was named.
 */
export function readTemplates(paths: readonly string[]): FoundTemplates {
  const found: FoundTemplates = { templates: [], problems: [] };
  const seen = new Set<string>();
  for (const { file, named } of paths.flatMap(filesOf)) {
    if (seen.has(file)) continue;
    seen.add(file);
    readInto(found, file, named);
  }
  return found;
}

interface FileToRead {
  file: string;
  named: boolean;
}

function filesOf(path: string): FileToRead[] {
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return folder ? below(path).map((file) => ({ file, named: false })) : [{ file: path, named: true }];
}

/** Returns files that may be templates, sorted. Skips hidden files and installed packages. */
function below(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .sort((a, b) => compareText(a.name, b.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.name.startsWith('.') || entry.name === 'node_modules') return [];
      if (entry.isDirectory()) return below(path);
      return extensions.includes(extname(entry.name).toLowerCase()) ? [path] : [];
    });
}

function readInto(found: FoundTemplates, file: string, named: boolean): void {
  const text = textOf(file, found.problems);
  if (text === undefined) return;
  try {
    found.templates.push(readAsItStands(text, file));
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    if (named || seemsTemplate.test(text)) found.problems.push(...error.problems);
  }
}

function textOf(file: string, problems: Problem[]): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = code === 'ENOENT' ? 'there is no such file or folder' : String(error);
    problems.push({ path: '', code: 'Unreadable', message: `can't be read: ${why}`, file });
    return undefined;
  }
}
