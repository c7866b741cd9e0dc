import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { InvalidInput, type Problem } from '../../model/errors.ts';
import { compareText } from '../../model/text.ts';
import { type Manifest, readAsItStands } from '../../request/index.ts';

/** What a search for templates came to. */
export interface FoundTemplates {
  templates: Manifest[];
  /** What can't be read, or is no template though it was asked for by name. */
  problems: Problem[];
}

/** Extensions of files that a folder is searched for. */
const extensions = ['.yaml', '.yml', '.json', '.template'];

/** Whether a text that can't be read seems to be a template: one that is broken must not pass unseen. */
const seemsTemplate = /(^|[{,])\s*["']?(Resources|AWSTemplateFormatVersion)["']?\s*:/m;

/** Reads the files, and the templates in the folders; what is no template is a problem only where it was named. */
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

/** Files that may be templates, sorted; what is hidden, and what packages brought, is left out. */
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
