import type { AutoScalingGroup } from '@terrace/model'
import type { GroupState } from './group-state.ts'

/** A tag of a group. */
export interface GroupTag {
  readonly key: string
  readonly value: string
  readonly propagateAtLaunch: boolean
}

type TemplateTags = Pick<AutoScalingGroup, 'tags' | 'instanceTags'>

/** The tags of a group: those of the template, and what calls have changed since. */
export class GroupTags {
  readonly #group: string
  readonly #tags: Map<string, GroupTag>

  constructor(state: GroupState) {
    this.#group = state.definition.name
    const { tags, instanceTags = tags } = state.definition
    this.#tags = new Map(
      Object.entries(tags).map(([key, value]) => [
        key,
        { key, value, propagateAtLaunch: Object.hasOwn(instanceTags, key) },
      ]),
    )
  }

  get all(): readonly GroupTag[] {
    return [...this.#tags.values()]
  }

  /** What new instances carry. @see Amazon EC2 Auto Scaling User Guide, "Tag Auto Scaling groups and instances" */
  ofInstances(): Readonly<Record<string, string>> {
    const propagated = this.all.filter(({ propagateAtLaunch }) => propagateAtLaunch)
    return {
      ...Object.fromEntries(propagated.map(({ key, value }) => [key, value])),
      'aws:autoscaling:groupName': this.#group,
    }
  }

  /** What the template has changed; what was tagged since the start stays. */
  retag(before: TemplateTags, after: TemplateTags): void {
    const { tags, instanceTags = tags } = after
    for (const key of Object.keys(before.tags)) if (!Object.hasOwn(tags, key)) this.#tags.delete(key)
    for (const [key, value] of Object.entries(tags)) {
      const propagateAtLaunch = Object.hasOwn(instanceTags, key)
      const isSame =
        before.tags[key] === value && Object.hasOwn(before.instanceTags ?? before.tags, key) === propagateAtLaunch
      if (!isSame) this.#tags.set(key, { key, value, propagateAtLaunch })
    }
  }

  put(tag: GroupTag): void {
    this.#tags.set(tag.key, tag)
  }

  remove(key: string): void {
    this.#tags.delete(key)
  }
}
