import { describe, expect, test } from 'vitest';
import { builtInPackNames, builtInPacks, loadBundle, type PolicyRule } from '../../lib/policy/index.ts';
import { lookup } from './support.ts';

/**
 * A rule that only applies to types that Cloud Control can't create evaluates templates but protects nothing here.
 * Every rule must have a provisionable type, another rule that does the same for one, or no such type may exist.
 */
const packs = builtInPackNames().map((name) => ({ name, mode: 'enforce' as const }));
const rules = Map.groupBy(loadBundle(packs, [builtInPacks], lookup).policies, ({ id }) => id);

/** Rules about a type that was replaced by another, with the rule for its successor. */
const saidBy: Record<string, string> = {
  ELASTICSEARCH_APPLICATION_LOGGING_ENABLED: 'OPENSEARCH_APPLICATION_LOGGING_ENABLED',
  ELASTICSEARCH_AUDIT_LOGGING_ENABLED: 'OPENSEARCH_AUDIT_LOGGING_ENABLED',
  ELASTICSEARCH_DATA_NODE_FAULT_TOLERANCE: 'OPENSEARCH_DATA_NODE_FAULT_TOLERANCE',
  ELASTICSEARCH_ENCRYPTED_AT_REST: 'OPENSEARCH_ENCRYPTED_AT_REST',
  ELASTICSEARCH_HTTPS_REQUIRED: 'OPENSEARCH_HTTPS_REQUIRED',
  ELASTICSEARCH_IN_VPC_ONLY: 'OPENSEARCH_IN_VPC_ONLY',
  ELASTICSEARCH_LOGS_TO_CLOUDWATCH: 'OPENSEARCH_LOGS_TO_CLOUDWATCH',
  ELASTICSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK: 'OPENSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK',
  ELASTICSEARCH_PRIMARY_NODE_FAULT_TOLERANCE: 'OPENSEARCH_PRIMARY_NODE_FAULT_TOLERANCE',
};

/** Types without an equivalent type, so that a request with one is rejected as a whole. */
const withoutProvisionable = [
  ...[
    'AWS::CodeBuild::Project',
    'AWS::DAX::Cluster',
    'AWS::DLM::LifecyclePolicy',
    'AWS::EC2::NetworkAclEntry',
  ],
  ...['AWS::DirectoryService::MicrosoftAD', 'AWS::EMR::Cluster', 'AWS::FSx::FileSystem'],
  ...['AWS::SageMaker::EndpointConfig', 'AWS::SageMaker::NotebookInstance'],
];

/** Returns the resource types of a rule, including those of nested values and statements. */
function typesOf(policies: readonly PolicyRule[]): string[] {
  const types = policies.flatMap((policy) => policy.types);
  return [...new Set(types.map((type) => type.split('::').slice(0, 3).join('::')))];
}

const isGuarding = (types: readonly string[]) =>
  types.some((type) => type === '*' || lookup(type)?.provisionable === true);

describe('every rule applies to a type that Cloud Control can create', () => {
  test.each([...rules])('%s', (id, policies) => {
    const types = typesOf(policies);
    const twin = rules.get(saidBy[id] ?? '') ?? [];
    const excepted = types.every((type) => withoutProvisionable.includes(type));
    expect(isGuarding(types) || isGuarding(typesOf(twin)) || excepted ? [] : types).toEqual([]);
  });

  test('and there are no obsolete exceptions', () => {
    expect(withoutProvisionable.filter((type) => isGuarding([type]))).toEqual([]);
    expect(Object.keys(saidBy).filter((id) => isGuarding(typesOf(rules.get(id) ?? [])))).toEqual([]);
    const spokenOf = new Set([...rules.values()].flatMap(typesOf));
    expect(withoutProvisionable.filter((type) => !spokenOf.has(type))).toEqual([]);
  });
});
