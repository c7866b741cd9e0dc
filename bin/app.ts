import { batonApp } from '../lib/infra/app.ts';
import { BatonError } from '../lib/model/errors.ts';

try {
  batonApp({ outdir: process.env.CDK_OUTDIR }).synth();
} catch (error) {
  // Errors that users can fix are shown without a stack trace.
  if (!(error instanceof BatonError)) throw error;
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
}
