/**
 * Deploy with `npx cdk deploy --app "node examples/itsm/app.ts"`, after Baton itself, in the same account and region.
 */
import { App, SecretValue } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ItsmStack, serviceNow } from './itsm-stack.ts';

new ItsmStack(new App(), 'BatonItsm', {
  // For Jira instead: jira('https://api-private.atlassian.com/automation/webhooks/jira/a/...',
  // SecretValue.secretsManager('itsm/jira'))
  ticketSystem: serviceNow('acme', {
    user: 'baton',
    password: SecretValue.secretsManager('itsm/servicenow', { jsonField: 'password' }),
  }),
  roleName: 'ServiceNow',
  // Roles Anywhere: the integration signs in with a certificate and has no access keys of this account.
  speaker: new iam.ServicePrincipal('rolesanywhere.amazonaws.com'),
});
