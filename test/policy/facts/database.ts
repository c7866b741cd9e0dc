import type { FactCase } from './case.ts';

const none = { value: [] };
const group = (CloudWatchLogsLogGroupArn: FactCase[0][string]) => ({
  LogPublishingOptions: { AUDIT_LOGS: { CloudWatchLogsLogGroupArn } },
});

export const databaseCases: Record<string, FactCase[]> = {
  logsWithGroup: [
    [{}, none],
    [{ LogPublishingOptions: null }, none],
    [{ LogPublishingOptions: {} }, none],
    [{ LogPublishingOptions: [] }, none],
    [{ LogPublishingOptions: { AUDIT_LOGS: { Enabled: true } } }, none],
    [{ LogPublishingOptions: { AUDIT_LOGS: 'arn' } }, none],
    [group('arn:aws:logs:eu-west-1:111111111111:log-group:a'), { value: ['AUDIT_LOGS'] }],
    [group(''), none],
    [group(123), none],
    [group([]), none],
    [group({ Arn: 'a' }), none],
    [group({ Ref: 'AWS::NoValue' }), none],
    [group({ 'Fn::GetAtt': ['Group', 'Arn'] }), { value: ['AUDIT_LOGS'] }],
    [group('{{resolve:ssm:group}}'), { value: ['AUDIT_LOGS'] }],
    [{ LogPublishingOptions: { 'Fn::If': ['C', {}, {}] } }, { waitsFor: ['LogPublishingOptions'] }],
    [{ LogPublishingOptions: { A: { Ref: 'X' } } }, { waitsFor: ['LogPublishingOptions.A'] }],
  ],
};
