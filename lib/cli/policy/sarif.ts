import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeProblem, type Problem } from '../../model/errors.ts';
import { sha256 } from '../../model/json.ts';
import type { Severity } from '../../model/policy.ts';
import type { PolicyRule } from '../../policy/index.ts';
import type { FoundSuppression, FoundViolation, JudgedFile, JudgedRule } from './judge-files.ts';

/**
 * SARIF's level for each severity, and the score by which code scanning distinguishes critical (over 9), high (7 to
 * 8.9), medium (4 to 6.9) and low ("SARIF support for code scanning", GitHub Docs).
 */
const severities: Record<Severity, { level: 'error' | 'warning' | 'note'; score: string }> = {
  critical: { level: 'error', score: '9.5' },
  high: { level: 'error', score: '8.0' },
  medium: { level: 'warning', score: '5.5' },
  low: { level: 'note', score: '2.0' },
};

/** The base of relative paths. The tool that shows the log resolves it to its sources. */
const sourceRoot = '%SRCROOT%';

/** Returns the base folder for file names: the current repository, or else the current folder. */
export function sourceRootOf(directory: string): string {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return directory;
  }
}

/**
 * Formats the violations as a SARIF 2.1.0 log ("Static Analysis Results Interchange Format (SARIF) Version 2.1.0",
 * OASIS), with the fields that code scanning reads: rules with help and score, lines, fingerprints, suppressions.
 * @param root the base folder for file names
 * @param problems problems of files that could not be evaluated
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

/** Returns the file relative to the root as a URI reference. A file outside the root has its absolute path. */
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

/** The fingerprint of a finding stays the same when its line moves. It has GitHub's format, `HASH:COUNT`. */
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
