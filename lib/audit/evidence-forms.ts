import * as z from 'zod';

const text = z.string();
const waiver = z.object({
  rule: text,
  resource: text,
  reason: text,
  approver: text.optional(),
  expires: text,
  source: z.enum(['settings', 'request']),
});

/** The parts of verdicts that evidence reads. Older verdicts contain only the violated rules. */
export const verdictsEvidenceForm = z.object({
  rules: z.array(text).default([]),
  violations: z.array(z.object({ rule: text, enforcement: z.enum(['enforce', 'warn']) })),
  pending: z.array(z.object({ rule: text })),
  waived: z.array(z.object({ rule: text, waiver })),
});
export type ReadVerdicts = z.output<typeof verdictsEvidenceForm>;
