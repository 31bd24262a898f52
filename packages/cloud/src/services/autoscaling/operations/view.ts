import { nodesOf } from '@terrace/model'
import { z } from 'zod'
import { wireInteger } from '../../../gateway/api.ts'
import type { Access } from '../../../identity/authorizer.ts'
import type { Instances } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import { ValidationError } from '../errors.ts'
import type { RunningGroup } from '../group.ts'
import type { Member } from '../member.ts'

/** What the operations look at. */
export interface AutoScalingView {
  readonly world: World
  readonly groups: readonly RunningGroup[]
  readonly instances: Instances
}

/** By name or by ARN. @throws ValidationError */
export function groupNamed({ groups }: AutoScalingView, name: string): RunningGroup {
  const group = findGroup(groups, name)
  if (group) return group
  throw new ValidationError(`AutoScalingGroup name not found - AutoScalingGroup: ${name} not found`)
}

const findGroup = (groups: readonly RunningGroup[], name: string): RunningGroup | undefined =>
  groups.find(({ definition, state }) => definition.name === name || state.arn === name)

/** The group that an instance belongs to, and the instance in it. @throws ValidationError */
export function memberNamed(
  { groups }: AutoScalingView,
  id: string,
): { readonly group: RunningGroup; readonly member: Member } {
  for (const group of groups) {
    const member = group.state.members.get(id)
    if (member) return { group, member }
  }
  throw new ValidationError(`Instance Id not found - No managed instance found for instance ID: ${id}`)
}

/** The members of one group with these ids. @throws ValidationError for one that is not of the group */
export function membersNamed(group: RunningGroup, ids: readonly string[]): readonly Member[] {
  return ids.map(id => {
    const member = group.state.members.get(id)
    if (member) return member
    throw new ValidationError(`The instance ${id} is not part of Auto Scaling group ${group.definition.name}.`)
  })
}

/** Permission for an action on a group, as the Service Authorization Reference lists it, with the group's tags. */
export function onGroup(view: AutoScalingView, action: string, name: string): Access {
  const { region, account } = view.world.architecture
  const group = findGroup(view.groups, name)
  const arn =
    group?.state.arn ?? `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/${name}`
  const tags = (group?.tags.all ?? []).flatMap(({ key, value }) => [
    [`aws:ResourceTag/${key}`, value],
    [`autoscaling:ResourceTag/${key}`, value],
  ])
  return { action: `autoscaling:${action}`, resource: arn, context: Object.fromEntries(tags) }
}

/** Permission for an action on the group of an instance. */
export function onInstance(view: AutoScalingView, action: string, id: string): Access {
  const group = view.groups.find(({ state }) => state.members.has(id))
  return onGroup(view, action, group?.definition.name ?? '*')
}

/** Permission for what lists or describes: those actions know no resources. */
export const anywhere = (action: string): Access => ({ action: `autoscaling:${action}`, resource: '*' })

/** `2026-11-22T10:00:00.000Z` */
export const isoTime = (at: number): string => new Date(at).toISOString()

/** Seconds of a duration. */
export const inSeconds = (span: number): number => span / 1000

/** A number with decimals, which the Query protocol sends as text. */
export const wireNumber = () =>
  z.union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/, 'must be a number')
      .transform(Number),
  ])

/** A moment, which the Query protocol sends as ISO 8601. */
export const wireTime = () =>
  z.string().transform((text, context) => {
    const at = Date.parse(text)
    if (Number.isNaN(at)) context.addIssue({ code: 'custom', message: 'must be a timestamp' })
    return at
  })

/** A count of seconds within bounds, as a duration. */
export const wireSeconds = (least: number, most: number) =>
  wireInteger().transform((value, context) => {
    if (value < least || value > most)
      context.addIssue({ code: 'custom', message: `must be between ${least} and ${most}` })
    return value * 1000
  })

/** The launch template with that id or name. @throws ValidationError */
export function launchTemplateNamed(
  { world }: AutoScalingView,
  wanted: { readonly LaunchTemplateId?: string | undefined; readonly LaunchTemplateName?: string | undefined },
) {
  const found = nodesOf(world.architecture, 'launchTemplate').find(
    ({ physicalId, name }) => physicalId === wanted.LaunchTemplateId || name === wanted.LaunchTemplateName,
  )
  if (found) return found
  const what = wanted.LaunchTemplateId ?? wanted.LaunchTemplateName ?? ''
  throw new ValidationError(
    `You must use a valid fully-formed launch template. The specified launch template, ${what}, does not exist.`,
  )
}
