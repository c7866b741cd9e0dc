import type { CheckReport } from '../../client/reports/policy.ts';
import type { JudgedFile } from './judge-files.ts';

/** Reports all evaluated rules, with any verdict. */
export function checkJson(files: readonly JudgedFile[]): CheckReport {
  return {
    files: files.map(({ file, rules }) => ({
      file,
      rules: rules.map(({ rule, verdict, violations }) => ({
        rule: rule.id,
        verdict,
        violations: violations.map(({ resource, path, message }) => ({ resource, path, message })),
      })),
    })),
  };
}
