import { describe, expect, test } from 'vitest';
import { normalized, problemsIn } from './normalize-text.ts';

const reach = () => ({
  secrets: ['*'],
  parameters: ['*'],
  healthHosts: ['status.example.com', '*.internal.example'],
});
const resources = `
  Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { Subnets: [a, b] } }
  Database: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres, MasterUserPassword: '{{resolve:secretsmanager:db}}' } }
  Api: { Type: AWS::ApiGateway::RestApi, Properties: { Name: api } }
  Link: { Type: AWS::Lambda::Url, Properties: { AuthType: AWS_IAM, TargetFunctionArn: f } }
  Note: { Type: AWS::SSM::Parameter, Properties: { Type: String, Value: evil.example } }
  Mail: { Type: AWS::SES::EmailIdentity, Properties: { EmailIdentity: evil.example } }
`;
const checked = (check: object) => `Resources:${resources}
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: evil.example }, Baton: { health: ${JSON.stringify(check)} } }
`;
const http = (url: unknown) => ({ kind: 'http', url });
const tcp = (host: string) => ({ kind: 'tcp', host, port: 443 });

describe('a health check may reach hosts of its own request and those in the settings', () => {
  const right = [
    http('https://${Balancer.DNSName}/health'),
    http('http://${Balancer.DNSName}:8080/${Queue.QueueName}'),
    http('https://${Api}.execute-api.eu-west-1.amazonaws.com/prod'),
    http('${Link.FunctionUrl}'),
    http('https://status.example.com/x?y=${Queue.QueueName}'),
    http('HTTPS://a.Internal.example:444'),
    http({ 'Fn::Sub': 'https://${Balancer.DNSName}/' }),
    tcp('${Database.Endpoint.Address}'),
    tcp('a.internal.example'),
  ];
  for (const check of right)
    test(JSON.stringify(check), () => {
      expect(problemsIn(checked(check), { reach })).toEqual([]);
      expect(normalized(checked(check), { reach }).resources.at(-1)?.health).toHaveLength(1);
    });

  const foreign: [code: string, check: object][] = [
    ['HealthHost', http('https://evil.example/')],
    ['HealthHost', http('http://127.0.0.1/')],
    ['HealthHost', http('http://[::1]/')],
    ['HealthHost', http('http://2130706433/')],
    ['HealthHost', http('http://169.254.169.254/latest/meta-data/')],
    ['HealthHost', http('https://${Queue.QueueName}/')],
    ['HealthHost', http('https://${Note.Value}/')],
    ['HealthHost', http('https://${Mail.DkimDNSTokenName1}/')],
    ['HealthHost', http('https://${Balancer.DNSName}.evil.example/')],
    ['HealthHost', http('https://status.example.com.evil.example/')],
    ['HealthHost', http('https://status.example.com@evil.example/')],
    ['HealthHost', http('https://status.example.com\\@evil.example/')],
    ['HealthHost', http('https://user:${Queue.QueueName}@status.example.com/')],
    ['HealthHost', http('https:/status.example.com/')],
    ['HealthHost', http('https://sta\ttus.example.com/')],
    ['HealthHost', http('ftp://status.example.com/')],
    ['HealthHost', http('file:///etc/passwd')],
    ['HealthHost', http('https://${Api}.execute-api.evil.example/')],
    ['HealthHost', tcp('localhost')],
    ['HealthHost', tcp('${Queue.QueueName}')],
    ['UnknownReference', http('https://status.example.com/${Nobody.Arn}')],
    ['SecretMisplaced', http('https://status.example.com/${Database.MasterUserPassword}')],
    ['SecretMisplaced', http('https://status.example.com/{{resolve:secretsmanager:db}}')],
    ['SecretMisplaced', { kind: 'alarm', name: '{{resolve:ssm-secure:db}}' }],
  ];
  for (const [code, check] of foreign)
    test(`not ${JSON.stringify(check)}`, () => {
      const [problem] = problemsIn(checked(check), { reach });
      expect(problem).toMatchObject({
        code,
        path: expect.stringMatching(/^Resources\.Queue\.Baton\.health\./),
      });
    });

  test('without settings, no other hosts', () => {
    expect(problemsIn(checked(http('https://status.example.com/')))).toHaveLength(1);
  });
});
