import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling'
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { Gate, Tier } from './gate.ts'
import { readGate } from './read-gate.ts'

/** Where the guard looks, and what it writes. */
export interface Places {
  readonly groupName: string
  readonly targetGroupArn: string
  /** Name of the parameter. */
  readonly gate: string
}

/**
 * How long AWS may take to answer, milliseconds: all tries of a look that begins when the guard's patience ends take less
 * than the rest of the function's minute. By itself the SDK only warns of `requestTimeout` and waits on.
 */
const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true }
const CALLS = { maxAttempts: 3, requestHandler: TIMEOUTS }

/** The guard's calls to AWS. Region, credentials and endpoint come from where the SDK looks for them. */
export class GuardedTier {
  readonly #places: Places
  readonly #groups = new AutoScalingClient(CALLS)
  readonly #targets = new ElasticLoadBalancingV2Client(CALLS)
  readonly #parameters = new SSMClient(CALLS)

  constructor(places: Places) {
    this.#places = places
  }

  /** @throws when the group is not there */
  async look(): Promise<Tier> {
    const { groupName, targetGroupArn } = this.#places
    const [groups, targets] = await Promise.all([
      this.#groups.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [groupName] })),
      this.#targets.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn })),
    ])
    const [group] = groups.AutoScalingGroups ?? []
    if (!group) throw new Error(`the group ${groupName} is not there`)
    const healthy = new Set(
      targets.TargetHealthDescriptions?.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').map(
        ({ Target }) => Target?.Id,
      ),
    )
    const members = group.Instances ?? []
    const serving = members.filter(
      ({ InstanceId, LifecycleState }) => LifecycleState === 'InService' && healthy.has(InstanceId),
    )
    const launching = members.filter(({ LifecycleState }) => LifecycleState?.startsWith('Pending'))
    return { desired: group.DesiredCapacity ?? 0, serving: serving.length, launching: launching.length }
  }

  async gate(): Promise<Gate> {
    const { Parameter } = await this.#parameters.send(new GetParameterCommand({ Name: this.#places.gate }))
    return readGate(Parameter?.Value ?? '')
  }

  async write(gate: Gate): Promise<void> {
    await this.#parameters.send(
      new PutParameterCommand({ Name: this.#places.gate, Value: JSON.stringify(gate), Overwrite: true }),
    )
  }
}
