import { nodesOf } from '@terrace/model'
import { RequestContext } from '../identity/context.ts'
import { evaluate } from '../identity/evaluate.ts'
import type { Network, NetworkInterface } from '../network/network.ts'
import type { World } from '../world.ts'
import type { LaunchTarget } from './host.ts'
import { LaunchFailure } from './launch-failure.ts'

/** Stands for any host of the internet: a public address that no VPC endpoint leads to. */
const ANYWHERE = 'anywhere.amazonaws.com'

/**
 * Whether something of AWS's own can be read from an interface, such as a package repository in S3: there is a way, and
 * the policy of a VPC endpoint on it lets an anonymous reader pass.
 *
 * @see Amazon Linux 2023 User Guide, "Accessing AL2023 repositories through an S3 gateway endpoint"
 * @throws LaunchFailure
 */
export function reachAnonymously(
  { architecture }: World,
  network: Network,
  from: NetworkInterface,
  { need, host, action, resource }: LaunchTarget,
): void {
  const way = network.wayToAws(from, host.endsWith('.amazonaws.com') ? host : ANYWHERE)
  if (!way.reaches) throw new LaunchFailure(need, { kind: 'unreachable', host, because: way.because })
  const endpoint = nodesOf(architecture, 'vpcEndpoint').find(({ id }) => id === way.endpoint)
  if (!endpoint?.policy) return
  const decision = evaluate({
    principal: { kind: 'anonymous' },
    account: architecture.account,
    action,
    resource,
    context: new RequestContext({ 'aws:SourceVpce': endpoint.physicalId, 'aws:SecureTransport': 'true' }),
    identityPolicies: [],
    resourcePolicy: { name: `the policy of ${endpoint.physicalId}`, document: endpoint.policy },
  })
  if (decision.kind === 'allowed') return
  throw new LaunchFailure(need, {
    kind: 'refused',
    service: 'S3',
    operation: 'GetObject',
    code: 'AccessDenied',
    status: 403,
    message: `the policy of the endpoint ${endpoint.physicalId} does not allow ${action} on ${resource}`,
  })
}
