import type { DbInstance } from '@terrace/model'
import { nodesOf } from '@terrace/model'
import type { World } from '../../../world.ts'
import { engineDefaults } from '../engine-versions.ts'
import { DbParameterGroupAlreadyExists, DbParameterGroupNotFound } from '../errors.ts'
import { ParameterGroup } from './parameter-group.ts'

/** All DB parameter groups: those of the template, those of the API, and the default ones of the engines in use. */
export class ParameterGroups {
  readonly #world: World
  readonly #groups = new Map<string, ParameterGroup>()

  constructor(world: World) {
    this.#world = world
    for (const node of nodesOf(world.architecture, 'dbParameterGroup')) {
      const { name, family, description, tags, parameters } = node
      this.#add(new ParameterGroup({ name, family, description, tags, arn: this.#arn(name), values: parameters }))
    }
    for (const { engine, engineVersion } of nodesOf(world.architecture, 'dbInstance')) {
      this.#defaultOf(engineDefaults(engine, engineVersion).family)
    }
  }

  get all(): readonly ParameterGroup[] {
    return [...this.#groups.values()].sort((a, b) => a.name.localeCompare(b.name))
  }

  find(name: string): ParameterGroup | undefined {
    const known = this.#groups.get(name.toLowerCase())
    const family = /^default\.(.+)$/.exec(name.toLowerCase())?.[1]
    return known ?? (family !== undefined && isFamily(family) ? this.#defaultOf(family) : undefined)
  }

  /** @throws DbParameterGroupNotFound */
  get(name: string): ParameterGroup {
    const found = this.find(name)
    if (found) return found
    throw new DbParameterGroupNotFound(name)
  }

  /** The one that an instance of the template names, else the default one of its engine. */
  of({ engine, engineVersion, parameterGroup }: DbInstance): ParameterGroup {
    const node = nodesOf(this.#world.architecture, 'dbParameterGroup').find(({ id }) => id === parameterGroup)
    const named = node && this.find(node.name)
    return named ?? this.#defaultOf(engineDefaults(engine, engineVersion).family)
  }

  /** @throws DbParameterGroupAlreadyExists */
  create(options: {
    readonly name: string
    readonly family: string
    readonly description: string
    readonly tags: Readonly<Record<string, string>>
  }): ParameterGroup {
    if (this.find(options.name)) throw new DbParameterGroupAlreadyExists(options.name)
    const name = options.name.toLowerCase()
    return this.#add(new ParameterGroup({ ...options, name, arn: this.#arn(name) }))
  }

  delete(group: ParameterGroup): void {
    this.#groups.delete(group.name.toLowerCase())
  }

  #defaultOf(family: string): ParameterGroup {
    const name = `default.${family}`
    const description = `Default parameter group for ${family}`
    return (
      this.#groups.get(name) ??
      this.#add(new ParameterGroup({ name, family, description, arn: this.#arn(name), isDefault: true }))
    )
  }

  #add(group: ParameterGroup): ParameterGroup {
    this.#groups.set(group.name.toLowerCase(), group)
    return group
  }

  #arn(name: string): string {
    const { region, account } = this.#world.architecture
    return `arn:aws:rds:${region}:${account}:pg:${name.toLowerCase()}`
  }
}

/** Whether there is such a family: `mysql8.4`, `mariadb11.4`, `postgres16`. */
export const isFamily = (family: string): boolean =>
  /^(mysql(5\.7|8\.0|8\.4)|mariadb(10\.[4-9]|10\.11|11\.\d+)|postgres(9\.6|1[0-8]))$/.test(family)
