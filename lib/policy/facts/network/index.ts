import type { Fact } from '../fact.ts';
import { acmCertificate } from './acm-certificate.ts';
import { emrSecuritySettings } from './emr-security-settings.ts';
import { healthTargets, plainHealthCheckBeyond } from './health-checks.ts';
import { interfacesInSubnets } from './interfaces-in-subnets.ts';
import { internetGatewayRoute } from './internet-gateway-route.ts';
import {
  exposesManagement,
  exposesManagementTogether,
  prefixListOfInternet,
  unknownPrefixList,
} from './management-ports.ts';
import { negotiationPolicies } from './negotiation-policies.ts';
import { nonTextProperties } from './non-text-properties.ts';
import { openToWorld } from './open-to-world.ts';
import { s3Origin } from './s3-origin.ts';

export const networkFacts: readonly Fact[] = [
  acmCertificate,
  emrSecuritySettings,
  healthTargets,
  plainHealthCheckBeyond,
  interfacesInSubnets,
  exposesManagement,
  exposesManagementTogether,
  internetGatewayRoute,
  negotiationPolicies,
  nonTextProperties,
  openToWorld,
  prefixListOfInternet,
  s3Origin,
  unknownPrefixList,
];
