import { HEX, type Random } from '@terrace/kit'
import type { Architecture } from '@terrace/model'

/** The ARNs and ids of ECS in one account. @see ECS Developer Guide, "Amazon Resource Names (ARNs) and IDs" */
export class Names {
  readonly #prefix: string
  readonly #random: Random

  constructor({ region, account }: Pick<Architecture, 'region' | 'account'>, random: Random) {
    this.#prefix = `arn:aws:ecs:${region}:${account}`
    this.#random = random
  }

  cluster(name: string): string {
    return `${this.#prefix}:cluster/${name}`
  }

  service(cluster: string, name: string): string {
    return `${this.#prefix}:service/${cluster}/${name}`
  }

  task(cluster: string, id: string): string {
    return `${this.#prefix}:task/${cluster}/${id}`
  }

  container(cluster: string, task: string, id: string): string {
    return `${this.#prefix}:container/${cluster}/${task}/${id}`
  }

  definition(family: string, revision: number): string {
    return `${this.#prefix}:task-definition/${family}:${revision}`
  }

  /** 32 hexadecimal digits. */
  newTaskId(): string {
    return this.#random.text(32, HEX)
  }

  /** `ecs-svc/<19 digits>` */
  newDeploymentId(): string {
    return `ecs-svc/${this.#random.integer(9) + 1}${this.#random.text(18, '0123456789')}`
  }

  /** Fargate's: the task and a number. */
  newRuntimeId(task: string): string {
    return `${task}-${this.#random.text(10, '0123456789')}`
  }

  uuid(): string {
    return this.#random.uuid()
  }
}

/** `library` of a cluster's name or ARN. */
export const shortName = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1)
