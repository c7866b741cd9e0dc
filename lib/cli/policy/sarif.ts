import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeProblem, type Problem } from '../../model/errors.ts';
import { sha256 } from '../../model/json.ts';
import type { Severity } from '../../model/policy.ts';
import type { PolicyRule } from '../../policy/index.ts';
import type { FoundSuppression, FoundViolation, JudgedFile, JudgedRule } from './judge-files.ts';

/**
 * How severities are written: SARIF's own level, and the score by which code scanning tells critical (over 9), high
 * (7 to 8.9), medium (4 to 6.9) and low ("SARIF support for code scanning", GitHub Docs).
 */
const severities: Record<Severity, { level: 'error' | 'warning' | 'note'; score: string }> = {
  critical: { level: 'error', score: '9.5' },
  high: { level: 'error', score: '8.0' },
  medium: { level: 'warning', score: '5.5' },
  low: { level: 'note', score: '2.0' },
};

/** What paths are relative to; whoever shows the log knows where its sources are. */
const sourceRoot = '%SRCROOT%';

/** A folder that files are named from: that of the repository the command runs in, else where it runs. */
export function sourceRootOf(directory: string): string {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return directory;
  }
}

/**
 * The violations as a SARIF 2.1.0 log ("Static Analysis Results Interchange Format (SARIF) Version 2.1.0", OASIS),
 * with what code scanning reads of it: rules with help and score, lines, fingerprints, suppressions.
 * @param root folder that files are named from
 * @param problems of files that could not be judged
 */
export function sarif(
  files: readonly JudgedFile[],
  problems: readonly Problem[],
  { version, root }: { version: string; root: string },
) {
  const rules = [...new Map(files.flatMap((file) => file.rules).map(({ rule }) => [rule.id, rule])).values()];
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Baton', semanticVersion: version, rules: rules.map(ruleForm) } },
        automationDetails: { id: 'baton-policy-check/' },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: problems.length === 0,
            toolExecutionNotifications: problems.map((problem) => notification(problem, root)),
          },
        ],
        results: files.flatMap(({ file, rules: judged }) =>
          judged.flatMap((one) => resultsOf(uriOf(file, root), one, indexOf.get(one.rule.id) ?? 0)),
        ),
      },
    ],
  };
}

/** The file from the root, as a URI reference; one outside of it by its whole path. */
function uriOf(file: string, root: string): string {
  const path = relative(root, resolve(file));
  if (path.startsWith('..') || resolve(path) === path) return pathToFileURL(resolve(file)).href;
  return path.split(sep).map(encodeURIComponent).join('/');
}

function location(uri: string, line: number | undefined) {
  const inside = uri.startsWith('file:') ? {} : { uriBaseId: sourceRoot };
  return { physicalLocation: { artifactLocation: { uri, ...inside }, region: { startLine: line ?? 1 } } };
}

function ruleForm({ id, message, remedy, severity, aliases, text }: PolicyRule) {
  const { level, score } = severities[severity];
  const help = remedy === undefined ? message : `${message}. ${remedy}.`;
  return {
    id,
    name: id,
    shortDescription: { text: message },
    fullDescription: { text: message },
    help: { text: help, markdown: `${help}\n\n\`\`\`\`cedar\n${text}\n\`\`\`\`` },
    defaultConfiguration: { level },
    properties: {
      'security-severity': score,
      'problem.severity': level === 'note' ? 'recommendation' : level,
      precision: 'high',
      tags: ['security', ...aliases],
    },
  };
}

function resultsOf(uri: string, { rule, violations, suppressed }: JudgedRule, ruleIndex: number) {
  const result = ({ resource, path, message, line }: FoundViolation) => ({
    ruleId: rule.id,
    ruleIndex,
    level: severities[rule.severity].level,
    message: { text: `${resource}: ${message}` },
    locations: [
      {
        ...location(uri, line),
        logicalLocations: [
          {
            name: resource,
            fullyQualifiedName: [resource, path].filter(Boolean).join('.'),
            kind: 'resource',
          },
        ],
      },
    ],
    partialFingerprints: { primaryLocationLineHash: fingerprint(rule.id, uri, resource, path) },
  });
  const suppression = ({ reason }: FoundSuppression) => ({
    suppressions: [{ kind: 'inSource', ...(reason === undefined ? {} : { justification: reason }) }],
  });
  return [...violations.map(result), ...suppressed.map((one) => ({ ...result(one), ...suppression(one) }))];
}

/** The same finding keeps it wherever its line moves to: the form is that of GitHub's own, `HASH:COUNT`. */
function fingerprint(...parts: string[]): string {
  return `${sha256(parts.join('\n')).slice(0, 16)}:1`;
}

function notification(problem: Problem, root: string) {
  const { file, line } = problem;
  return {
    level: 'error',
    message: { text: describeProblem(problem) },
    ...(file === undefined ? {} : { locations: [location(uriOf(file, root), line)] }),
  };
}
