import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { BatonStack } from './baton-stack.ts';
import { type BundleProps, bundleHandlers } from './bundle.ts';
import { deploymentPlace } from './place.ts';
import { readSettings } from './settings.ts';

export interface BatonAppProps extends Pick<BundleProps, 'handlers' | 'output' | 'bundled'> {
  /** Folder of the cloud assembly. Default `cdk.out`. */
  outdir?: string;
  /** Context that takes precedence over that of `cdk.json`. */
  context?: Record<string, unknown>;
}

/**
 * Returns the app with its stack, not yet synthesized.
 *
 * The command `cdk` passes the context of `cdk.json`. If `node bin/app.ts` runs alone, the file is read here.
 *
 * @throws InvalidSettings, and InvalidInput if a policy pack is invalid
 */
export function batonApp(props: BatonAppProps = {}): App {
  const context = { ...(process.env.CDK_CONTEXT_JSON === undefined ? fileContext() : {}), ...props.context };
  const app = new App({ outdir: props.outdir, context, analyticsReporting: false });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const settings = readSettings(app.node.tryGetContext('baton'), deploymentPlace(process.env));
  const folder = bundleHandlers({ ...props, settings });
  new BatonStack(app, 'Baton', {
    settings,
    code: lambda.Code.fromAsset(folder),
    terminationProtection: true,
  });
  // From here on, cdk-nag reads every property, including deprecated ones. Our own use of them was reported above.
  process.env.JSII_DEPRECATED ??= 'quiet';
  return app;
}

function fileContext(): Record<string, unknown> {
  const file = join(import.meta.dirname, '..', '..', 'cdk.json');
  const { context } = JSON.parse(readFileSync(file, 'utf8')) as { context?: Record<string, unknown> };
  return context ?? {};
}
