import { batonApp } from '../lib/infra/app.ts';

const app = await batonApp({ outdir: process.env.CDK_OUTDIR });
app.synth();
