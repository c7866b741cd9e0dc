import type { JudgedFile, JudgedRule } from './judge-files.ts';

/** Characters that XML 1.0 can't represent ("Extensible Markup Language (XML) 1.0", section 2.2). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(unwritable, '').replace(/[&<>"]/g, (character) => entities[character] ?? '');
}

function attributes(of: Record<string, string | number>): string {
  return Object.entries(of)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replace(/\s/g, ' ')}"`)
    .join('');
}

/** Formats the verdicts as JUnit XML for Jenkins and GitLab: a suite for each file, a case for each rule. */
export function junit(files: readonly JudgedFile[]): string {
  const all = files.flatMap(({ rules }) => rules);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'baton policy check', ...counts(all) })}>`,
    ...files.flatMap(({ file, rules }) => [
      `  <testsuite${attributes({ name: file, ...counts(rules) })}>`,
      ...rules.map((rule) => `    ${testCase(file, rule)}`),
      '  </testsuite>',
    ]),
    '</testsuites>',
  ].join('\n');
}

function counts(rules: readonly JudgedRule[]): Record<string, number> {
  return {
    tests: rules.length,
    failures: rules.filter(({ verdict }) => verdict === 'FAIL').length,
    errors: 0,
    skipped: rules.filter(({ verdict }) => verdict === 'SKIP').length,
  };
}

function testCase(file: string, { rule, verdict, violations }: JudgedRule): string {
  const head = `<testcase${attributes({ classname: file, name: rule.id, file })}`;
  if (verdict === 'PASS') return `${head}/>`;
  if (verdict === 'SKIP') return `${head}><skipped/></testcase>`;
  const places = violations.map(({ resource, path, line, message }) => {
    const place = line === undefined ? file : `${file}:${line}`;
    return `${place} ${[resource, path].filter(Boolean).join('.')}: ${message}`;
  });
  const text = [...places, ...(rule.remedy === undefined ? [] : [rule.remedy])].join('\n');
  return `${head}><failure${attributes({ type: rule.severity, message: rule.message })}>${escaped(text)}</failure></testcase>`;
}
