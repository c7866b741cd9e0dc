/** Authorizes every call through IAM, and records denials. */
import type { JsonObject } from '../../model/json.ts';
import { type Permission, ServiceError } from '../gateway/wire.ts';
import { type AuthorizationQuery, evaluate } from './evaluate.ts';
import type { Identity } from './identity.ts';
import type { PolicyDocument } from './policy-document.ts';

export interface Denial {
  caller: string;
  action: string;
  resource: string;
  reason: string;
}

/** The policy of a resource. `required`: without a statement in it, every call is denied (KMS keys). */
export interface ResourcePolicy {
  document: PolicyDocument;
  required?: boolean;
}

export interface AuthorizerOptions {
  /** The region of calls that name none: those of services and of state machines. */
  region: string;
  /** `observe` lets denied calls through and only records them. */
  mode: 'enforce' | 'observe';
  resourcePolicy(resourceArn: string): ResourcePolicy | undefined;
}

const DENIALS_KEPT = 1000;

export class Authorizer {
  /** Denied calls, oldest first. */
  readonly denials: Denial[] = [];
  private readonly options: AuthorizerOptions;

  constructor(options: AuthorizerOptions) {
    this.options = options;
  }

  /** Throws AccessDeniedException for the first missing permission of a call in a region. */
  demand(caller: Identity, permissions: Permission[], region?: string): void {
    for (const permission of permissions) {
      const denial = this.check(caller, permission, region);
      if (denial !== undefined && this.options.mode === 'enforce') throw accessDenied(denial);
    }
  }

  /** Returns the denial, or undefined if the call is allowed. */
  check(caller: Identity, permission: Permission, region = this.options.region): Denial | undefined {
    const policy = this.options.resourcePolicy(permission.resource);
    const query: AuthorizationQuery = {
      caller,
      ...permission,
      // "AWS global condition context keys" (IAM User Guide): always there, the region that was called.
      context: { 'aws:RequestedRegion': region, ...permission.context },
      resourcePolicy: policy?.document,
      resourcePolicyRequired: policy?.required,
    };
    const decision = evaluate(query);
    if (decision.allowed) return undefined;
    const { action, resource } = permission;
    const denial = { caller: caller.arn, action, resource, reason: decision.reason };
    this.denials.push(denial);
    if (this.denials.length > DENIALS_KEPT) this.denials.shift();
    return denial;
  }
}

/** Returns AWS's message for a denied call. */
export function accessDenied(denial: Denial): ServiceError {
  const { caller, action, resource, reason } = denial;
  const message = `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
  const xml = /^(?:s3|iam):/.test(action);
  const fields: JsonObject = {};
  return new ServiceError(xml ? 'AccessDenied' : 'AccessDeniedException', message, {
    statusCode: xml || action.startsWith('lambda:') ? 403 : 400,
    fields,
  });
}
