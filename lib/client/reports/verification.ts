import * as z from 'zod';

/** The output of `audit verify --json`. Fields keep their names and meanings; new ones may be added. */
export const verificationReport = z.looseObject({
  /** The file or folder that was read. */
  bundle: z.string(),
  /** Empty if everything sealed is proven. Otherwise the first is the first break. */
  findings: z.array(
    z.looseObject({
      check: z.string(),
      chain: z.string().optional(),
      /** The number of the entry in its chain. */
      entry: z.int().optional(),
      expected: z.string(),
      found: z.string(),
    }),
  ),
  seals: z.int(),
  /** The newest seal. Nothing after it is proven. */
  lastSeal: z.looseObject({ number: z.int(), at: z.string(), hash: z.string() }).optional(),
  entries: z.looseObject({ sealed: z.int(), unsealed: z.int() }),
  ...{ changes: z.int(), runs: z.int(), assetChanges: z.int(), documents: z.int() },
});
