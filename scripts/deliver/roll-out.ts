import { type AwsCli, refreshInstances } from '@terrace/constructs/operate'
import type { DeployedStack } from './stack.ts'

export interface RollOutProps {
  readonly stack: DeployedStack
  readonly aws: AwsCli
  /** Waits until it is worth asking again. */
  readonly pause: () => Promise<void>
  readonly say: (line: string) => void
  /** Starts the tasks of the service anew, too, although nothing has changed. */
  readonly anew: boolean
}

/** What a deployment of ECS has become. */
interface Deployment {
  readonly id: string
  readonly status: string
  readonly rolloutState?: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED'
}

/**
 * Lets what runs become what the stack says: its service by a deployment of ECS (which CloudFormation has waited for
 * already, unless it is `anew`), its group by an instance refresh. The stack's outputs `ClusterName`, `ServiceName` and
 * `GroupName` name them; what is not named is not there.
 *
 * @returns whether all of it became so
 * @throws AwsCliError
 */
export async function rollOut(props: RollOutProps): Promise<boolean> {
  const { stack, aws, pause, say, anew } = props
  const { ClusterName: cluster, ServiceName: service, GroupName: group } = stack.outputs
  if (anew && cluster !== undefined && service !== undefined) {
    const isOut = await redeploy(cluster, service, props)
    say(`${service}: the new deployment ${isOut ? 'is complete' : 'was given up'}`)
    if (!isOut) return false
  }
  // Nothing to go back to is given: going back is by the template.
  return group === undefined || (await isRefreshed(group, { aws, pause, say }))
}

async function redeploy(cluster: string, service: string, { aws, pause }: RollOutProps): Promise<boolean> {
  const names = ['--cluster', cluster, '--service', service]
  const begun = aws<string>([
    ...['ecs', 'update-service', ...names, '--force-new-deployment'],
    ...['--query', "service.deployments[?status=='PRIMARY'].id | [0]"],
  ])
  for (;;) {
    const deployments = aws<readonly Deployment[]>([
      ...['ecs', 'describe-services', '--cluster', cluster, '--services', service],
      ...['--query', 'services[0].deployments'],
    ])
    const mine = deployments.find(({ id }) => id === begun)
    // One that was given up is replaced by the one that goes back.
    if (mine === undefined || mine.rolloutState === 'FAILED') return false
    if (mine.rolloutState === 'COMPLETED') return true
    await pause()
  }
}

async function isRefreshed(group: string, props: Pick<RollOutProps, 'aws' | 'pause' | 'say'>): Promise<boolean> {
  return refreshInstances({ group, ...props }, null)
}
