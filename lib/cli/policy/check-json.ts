import * as z from 'zod';
import type { JudgedFile } from './judge-files.ts';

/** What `baton policy check --format json` prints. The form is contract: nothing is renamed or taken away. */
export const checkReport = z.strictObject({
  files: z.array(
    z.strictObject({
      file: z.string(),
      rules: z.array(
        z.strictObject({
          rule: z.string(),
          verdict: z.enum(['FAIL', 'PASS', 'SKIP']),
          violations: z.array(
            z.strictObject({ resource: z.string(), path: z.string(), message: z.string() }),
          ),
        }),
      ),
    }),
  ),
});
export type CheckReport = z.output<typeof checkReport>;

/** All rules judged, whatever their verdict. */
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
