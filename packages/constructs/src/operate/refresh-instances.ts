import type { AwsCli } from './aws-cli.ts'

/** What is needed to have the instances of a group replaced. */
export interface InstanceRefreshProps {
  /** Name of the Auto Scaling group. */
  readonly group: string
  readonly aws: AwsCli
  /** Waits until it is worth asking again. */
  readonly pause: () => Promise<void>
  readonly say: (line: string) => void
}

/** A launch template and its version, as EC2 Auto Scaling tells it. */
interface Version {
  readonly LaunchTemplateId: string
  readonly Version: string
}

/** Which version the group launches; nothing while there is no such group. @throws AwsCliError */
export function launchVersionOf({ group, aws }: Pick<InstanceRefreshProps, 'group' | 'aws'>): Version | null {
  const names = ['--auto-scaling-group-names', group]
  const [found] = aws<readonly { readonly LaunchTemplate?: Version }[]>([
    ...['autoscaling', 'describe-auto-scaling-groups', ...names, '--query', 'AutoScalingGroups'],
  ])
  const { LaunchTemplateId, Version: version } = found?.LaunchTemplate ?? {}
  return LaunchTemplateId === undefined || version === undefined ? null : { LaunchTemplateId, Version: version }
}

/**
 * Replaces the instances that are older than the launch template of their group, each after its successor is well: the
 * group never has fewer than it should. When that fails, what was launched before is launched again.
 *
 * CloudFormation has changed the group's template by then, so that the refresh's own `AutoRollback` would go back to what
 * has just failed.
 *
 * @param before  the version that served until now, see {@link launchVersionOf}; nothing for a new group
 * @returns whether the group runs the new version
 * @throws AwsCliError
 * @see EC2 Auto Scaling User Guide "Use an instance refresh to update instances in an Auto Scaling group"
 */
export async function refreshInstances(props: InstanceRefreshProps, before: Version | null): Promise<boolean> {
  const { group, say } = props
  const status = await refresh(props)
  say(`${group}: the instance refresh is ${status}`)
  if (status === 'Successful') return true
  if (before === null) return false
  say(`${group}: back to version ${before.Version} of the launch template`)
  say(`${group}: going back is ${await refresh(props, before)}`)
  return false
}

/** @returns the status in which it has ended */
async function refresh({ group, aws, pause }: InstanceRefreshProps, to?: Version): Promise<string> {
  const { InstanceRefreshId: id } = aws<{ readonly InstanceRefreshId: string }>(
    ['autoscaling', 'start-instance-refresh'],
    {
      AutoScalingGroupName: group,
      ...(to && { DesiredConfiguration: { LaunchTemplate: to } }),
      Preferences: { MinHealthyPercentage: 100, MaxHealthyPercentage: 150, SkipMatching: true },
    },
  )
  for (;;) {
    const status = aws<string>([
      ...['autoscaling', 'describe-instance-refreshes', '--auto-scaling-group-name', group],
      ...['--instance-refresh-ids', id, '--query', 'InstanceRefreshes[0].Status'],
    ])
    if (ENDED.has(status)) return status
    await pause()
  }
}

const ENDED = new Set(['Successful', 'Failed', 'Cancelled', 'RollbackSuccessful', 'RollbackFailed'])
