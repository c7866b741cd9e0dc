import * as z from 'zod';

/** What `audit verify --json` prints. Every field that stands here keeps its name and meaning; more may come. */
export const verificationReport = z.looseObject({
  /** The file or folder that was read. */
  bundle: z.string(),
  /** Empty: what is sealed is proven. The first is the first break. */
  findings: z.array(
    z.looseObject({
      check: z.string(),
      chain: z.string().optional(),
      /** Number of the entry in its chain. */
      entry: z.int().optional(),
      expected: z.string(),
      found: z.string(),
    }),
  ),
  seals: z.int(),
  /** The newest seal: nothing is proven after it. */
  lastSeal: z.looseObject({ number: z.int(), at: z.string(), hash: z.string() }).optional(),
  entries: z.looseObject({ sealed: z.int(), unsealed: z.int() }),
  ...{ changes: z.int(), runs: z.int(), assetChanges: z.int(), documents: z.int() },
});
