import type { EcsService } from '@terrace/model'
import { sendEvent } from '../../../events.ts'
import type { World } from '../../../world.ts'
import type { Names } from '../names.ts'
import type { Deployment } from './deployment.ts'
import { ServiceEvents } from './service-events.ts'

/** Whose voice it is. */
export interface Speaker {
  readonly node?: EcsService['id']
  readonly name: string
  readonly arn: string
  readonly cluster: { readonly name: string; readonly arn: string; readonly node?: string }
}

/** How a service tells what it does: in its own events, in the journal, and on the event bus. */
export class ServiceVoice {
  readonly events: ServiceEvents
  readonly #world: World
  readonly #speaker: Speaker

  constructor(world: World, names: Names, speaker: Speaker) {
    this.#world = world
    this.#speaker = speaker
    this.events = new ServiceEvents(world.clock, names, message => this.#note(message))
  }

  /** `(service x) …` */
  say(what: string): void {
    this.events.say(`(service ${this.#speaker.name}) ${what}`)
  }

  /** `(service x, taskSet ecs-svc/…) …`, as about draining. */
  sayOf(deployment: string | undefined, what: string): void {
    this.events.say(`(service ${this.#speaker.name}, taskSet ${deployment}) ${what}`)
  }

  /** @see ECS Developer Guide, "Amazon ECS service deployment state change events" */
  deployment(what: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED', deployment: Deployment, reason: string): void {
    sendEvent(this.#world, {
      source: 'aws.ecs',
      detailType: 'ECS Deployment State Change',
      resources: [this.#speaker.arn],
      detail: {
        eventType: what === 'FAILED' ? 'ERROR' : 'INFO',
        eventName: `SERVICE_DEPLOYMENT_${what}`,
        deploymentId: deployment.id,
        updatedAt: new Date(deployment.updatedAt).toISOString(),
        reason,
      },
    })
  }

  /** @see ECS Developer Guide, "Amazon ECS service action events" */
  action(eventName: string, eventType: 'INFO' | 'WARN' | 'ERROR', rest: Readonly<Record<string, unknown>> = {}): void {
    sendEvent(this.#world, {
      source: 'aws.ecs',
      detailType: 'ECS Service Action',
      resources: [this.#speaker.arn],
      detail: {
        eventType,
        eventName,
        clusterArn: this.#speaker.cluster.arn,
        createdAt: new Date(this.#world.clock.now()).toISOString(),
        ...rest,
      },
    })
  }

  #note(message: string): void {
    const { node, cluster, name } = this.#speaker
    const owner = node ?? cluster.node
    const details = { cluster: cluster.name, service: name }
    this.#world.journal.write({
      kind: 'ecs.service',
      ...(owner === undefined ? {} : { node: owner }),
      message,
      details,
    })
  }
}
